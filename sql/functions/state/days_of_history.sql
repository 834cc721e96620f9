-- The vehicle-days that a history has good or bad fixes of: what a rebuild has to fold.
create or replace function state.days_of_history(
    history regclass default 'state.position_history', from_day date default null, to_day date default null
) returns table (vehicle_id bigint, day date)
language plpgsql stable as $$
begin
    return query execute format($sql$
        select distinct mount.vehicle_id, device_day.day
        from (select distinct imei, domain.eat_day(fixed_at) as day from %s
              where ($1 is null or fixed_at >= domain.eat_midnight($1))
                and ($2 is null or fixed_at < domain.eat_midnight($2))) device_day
        join state.mounts mount on mount.imei = device_day.imei
             and mount.valid_from < domain.eat_midnight(device_day.day + 1)
             and mount.valid_until > domain.eat_midnight(device_day.day)
    $sql$, history) using from_day, to_day;
end $$;
