-- The vehicle-days that marks are about, their vehicles locked until the transaction ends: one fold of a vehicle at a
-- time, and none while somebody changes which device is on what. What the fold reads after this was committed before it.
-- All take the locks in one order. The commit of the fold waits for no disk: a crash of the server undoes rows and marks
-- together, and the marks are folded again.
create or replace function events.lock_vehicles_of_days(of_days date[], of_imeis text[], of_vehicles bigint[])
returns table (vehicle_id bigint, day date)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock_shared(4201, 4);
    for vehicle_id, day in
        select distinct known.vehicle_id, known.day from (
            select marked.vehicle_id, marked.day from unnest(of_vehicles, of_days) marked (vehicle_id, day)
            where marked.vehicle_id <> 0
            union all
            select mount.vehicle_id, marked.day from unnest(of_imeis, of_days) marked (imei, day)
            join state.mounts mount on mount.imei = marked.imei
                 and mount.valid_from < domain.eat_midnight(marked.day + 1)
                 and mount.valid_until > domain.eat_midnight(marked.day)) known
        order by known.vehicle_id, known.day
    loop
        perform pg_advisory_xact_lock(4202, hashint8(vehicle_id));
        return next;
    end loop;
end $$;
