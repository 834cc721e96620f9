-- The good fixes of a vehicle's primary tracker on an EAT day, in device-time order. The rule which device that is, and
-- its only place: at any time the first, among the devices that stand for the vehicle, by class rank, newest assignment
-- and lowest IMEI that has a good fix while the same devices stand for it that day. So a tracker that is dead leaves
-- the day to the camera, and one that speaks keeps the camera out.
create or replace function state.day_fixes(
    of_vehicle bigint, of_day date, history regclass default 'state.position_history'
) returns table (
    fixed_at timestamptz, lat double precision, lon double precision, speed_kmh double precision, ignition boolean,
    odometer_m double precision, imei text, by_tracker boolean
)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format($sql$
        with mounted as materialized (
            select imei, class_rank, valid_from, greatest(valid_from, $2) as from_at, least(valid_until, $3) as until_at
            from state.mounts where vehicle_id = $1 and valid_from < $3 and valid_until > $2
        ), stretches as (
            select at as from_at, lead(at) over (order by at) as until_at
            from (select from_at from mounted union select until_at from mounted) cut (at)
        )
        select fix.fixed_at, fix.lat, fix.lon, fix.speed_kmh, fix.ignition, fix.odometer_m, fix.imei,
               speaker.class_rank = (select min(rank) from domain.device_classes)
        from stretches
        cross join lateral (
            select mounted.imei, mounted.class_rank from mounted
            where mounted.from_at <= stretches.from_at and mounted.until_at >= stretches.until_at
              and exists (select from %1$s fix
                          where fix.imei = mounted.imei and fix.quality = 'gps'
                            and fix.fixed_at >= stretches.from_at and fix.fixed_at < stretches.until_at
                            and fix.fixed_at >= $2 and fix.fixed_at < $3)
            order by mounted.class_rank, mounted.valid_from desc, mounted.imei limit 1) speaker
        join %1$s fix on fix.imei = speaker.imei and fix.quality = 'gps'
                     and fix.fixed_at >= stretches.from_at and fix.fixed_at < stretches.until_at
                     and fix.fixed_at >= $2 and fix.fixed_at < $3
        order by fix.fixed_at
    $sql$, history) using of_vehicle, domain.eat_midnight(of_day), domain.eat_midnight(of_day + 1);
end $$;
