-- What a vehicle's day came to takes the place of what it was, in the tables of a schema (state, or one that is built
-- beside). `told` has the rows of each table; rows that stay as they are are not touched.
create or replace function state.keep_vehicle_day(schema_name text, of_vehicle bigint, of_day date, told jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    kept text;
    part text;
begin
    if schema_name not in ('state', 'rebuild', 'scratch') then
        raise exception 'vehicle-days are kept in no schema %', schema_name using errcode = 'invalid_schema_name';
    end if;
    foreach kept in array array['trips', 'vehicle_days', 'daily_rollups', 'hourly_rollups'] loop
        part := case kept when 'hourly_rollups' then 'hour_at >= domain.eat_midnight($2) and hour_at < domain.eat_midnight($2 + 1)'
                          else 'day = $2' end;
        execute format('delete from %1$I.%2$I held where vehicle_id = $1 and %3$s and not exists (
                            select from jsonb_populate_recordset(null::%1$I.%2$I, $3) fresh where fresh = held)',
                       schema_name, kept, part) using of_vehicle, of_day, coalesce(told->kept, '[]');
        execute format('insert into %1$I.%2$I select * from jsonb_populate_recordset(null::%1$I.%2$I, $1)
                        on conflict do nothing', schema_name, kept) using coalesce(told->kept, '[]');
    end loop;
end $$;
