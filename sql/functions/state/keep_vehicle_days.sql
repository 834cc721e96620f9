-- What some vehicle-days came to takes the place of what they were, in the tables of a schema (state, or one that is
-- built beside). `told` has the rows of each table; rows that stay as they are are not touched.
create or replace function state.keep_vehicle_days(schema_name text, of_vehicles bigint[], of_days date[], told jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    kept text;
    part text;
    at text;
begin
    if schema_name not in ('state', 'rebuild', 'scratch') then
        raise exception 'vehicle-days are kept in no schema %', schema_name using errcode = 'invalid_schema_name';
    end if;
    for kept, part, at in values
        ('trips', 'held.day = part.day', 'started_at'),
        ('vehicle_days', 'held.day = part.day', 'day'),
        ('daily_rollups', 'held.day = part.day', 'day'),
        ('hourly_rollups',
         'held.hour_at >= domain.eat_midnight(part.day) and held.hour_at < domain.eat_midnight(part.day + 1)', 'hour_at')
    loop
        execute format($sql$
            delete from %1$I.%2$I held using unnest($1, $2) part (vehicle_id, day)
            where held.vehicle_id = part.vehicle_id and %3$s
              and not exists (select from jsonb_populate_recordset(null::%1$I.%2$I, $3) fresh
                              where (fresh.vehicle_id, fresh.%4$I) = (held.vehicle_id, held.%4$I) and fresh = held)
        $sql$, schema_name, kept, part, at) using of_vehicles, of_days, coalesce(told->kept, '[]');
        execute format('insert into %1$I.%2$I select * from jsonb_populate_recordset(null::%1$I.%2$I, $1)
                        on conflict do nothing', schema_name, kept) using coalesce(told->kept, '[]');
    end loop;
end $$;
