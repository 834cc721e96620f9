-- Cost centres that vehicles and drivers are given, and those that operators and imports state, with a short code if
-- they say one: of two that say the same the one that said it later has it.
-- Facts: vehicle_listed, vehicle_set, driver_listed, driver_set, cost_centre_listed, cost_centre_set.
create or replace function domain.register_cost_centres(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language plpgsql as $$
begin
    perform domain.register_cost_centre(name) from (
        select data->>(case kind when 'cost_centre_set' then 'name' else 'cost_centre' end) as name
        from events.facts(fact_source, first_after, last_id,
                          '{vehicle_listed, vehicle_set, driver_listed, driver_set,
                            cost_centre_listed, cost_centre_set}')
        group by 1 order by min(occurred_at), 1
    ) named where name is not null;

    update domain.cost_centres centre set told_code = state.later(centre.told_code, told.code)
    from (select coalesce(data->>'name', data->>'cost_centre') as name,
                 state.latest(state.known(data->>'code', occurred_at)) as code
          from events.facts(fact_source, first_after, last_id, '{cost_centre_listed, cost_centre_set}')
          where data ? 'code'
          group by 1) told
    where centre.name = told.name;
    if found then
        perform domain.settle_codes();
    end if;
end $$;
