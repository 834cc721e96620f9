-- The vehicles whose day a mark is about, locked until the transaction ends: one fold of a vehicle at a time, and none
-- while somebody changes which device is on what. What the fold reads after this was committed before it. The commit of
-- the fold waits for no disk: a crash of the server undoes rows and mark together, and the mark is folded again.
create or replace function events.lock_vehicles_of_day(of_day date, of_imei text, of_vehicle bigint)
returns setof bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    vehicle bigint;
begin
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock_shared(4201, 4);
    for vehicle in
        select distinct v from (
            select of_vehicle as v where of_vehicle <> 0
            union all
            select vehicle_id from state.mounts
            where imei = of_imei and valid_from < domain.eat_midnight(of_day + 1)
              and valid_until > domain.eat_midnight(of_day)) known
        order by v
    loop
        perform pg_advisory_xact_lock(4202, hashint8(vehicle));
        return next vehicle;
    end loop;
end $$;
