-- Trips of both origins, labelled: ours, and as the vendor reports them.
create or replace view state.v_trips as
select 'own' as origin, vehicle_id, day, imeis, started_at, ended_at,
       extract(epoch from ended_at - started_at)::double precision as duration_s,
       distance_m::double precision as distance_m, max_speed_kmh, start_lat, start_lon, end_lat, end_lon,
       start_reason, end_reason
from state.trips
union all
select 'vendor.' || reported.origin, mount.vehicle_id, domain.eat_day(reported.started_at), array[reported.imei],
       reported.started_at, reported.ended_at, reported.duration_s, reported.distance_m, reported.max_speed_kmh,
       reported.start_lat, reported.start_lon, reported.end_lat, reported.end_lon, null, null
from state.reported_trips reported
left join state.mounts mount on mount.imei = reported.imei
     and mount.valid_from <= reported.started_at and mount.valid_until > reported.started_at;
