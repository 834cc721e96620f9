-- The devices that a vehicle was, is and will be carrying, and its drivers; newest first. Plates are normalised.
create or replace function serve.fn_vehicle_history(wanted text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with asked as (
        select vehicle_id from domain.vehicles where plate_key = serve.normalize_plate(wanted)
    )
    select jsonb_build_object(
        'devices', coalesce((
            select jsonb_agg(to_jsonb(period) - 'vehicle_id' order by valid_from desc, imei) from (
                select imei, vehicle_id, valid_from,
                       lead(valid_from) over (partition by imei order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.device_assignments
                where imei in (select imei from domain.device_assignments join asked using (vehicle_id))
            ) period join asked using (vehicle_id)), '[]'),
        'drivers', coalesce((
            select jsonb_agg(period order by period.valid_from desc) from (
                select name as driver, valid_from, lead(valid_from) over (order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.driver_assignments join asked using (vehicle_id) left join domain.drivers using (driver_id)
            ) period), '[]'));
$$;
