-- Cost centres that vehicles and drivers are given, and those that operators and imports state, with a short code if
-- they say one. A code that another centre has already is not taken.
-- Facts: vehicle_listed, vehicle_set, driver_listed, driver_set, cost_centre_listed, cost_centre_set.
create or replace function domain.register_cost_centres(first_after bigint, last_id bigint) returns void
language plpgsql as $$
declare
    told record;
begin
    perform domain.register_cost_centre(name) from (
        select data->>(case kind when 'cost_centre_set' then 'name' else 'cost_centre' end) as name
        from events.parsed
        where id > first_after and id <= last_id
          and kind in ('vehicle_listed', 'vehicle_set', 'driver_listed', 'driver_set', 'cost_centre_listed',
                       'cost_centre_set')
        group by 1 order by min(occurred_at), 1
    ) named where name is not null;

    for told in
        select coalesce(data->>'name', data->>'cost_centre') as name, data->>'code' as code, occurred_at as at
        from events.parsed
        where id > first_after and id <= last_id and kind in ('cost_centre_listed', 'cost_centre_set') and data ? 'code'
        order by at, code, name
    loop
        update domain.cost_centres centre set code = told.code, code_as_of = told.at
        where centre.name = told.name and (told.at, told.code) > (centre.code_as_of, centre.code)
          and not exists (select from domain.cost_centres other
                          where other.code = told.code and other.name <> told.name);
    end loop;
end $$;
