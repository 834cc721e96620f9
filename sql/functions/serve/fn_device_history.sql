-- The vehicles that a device was, is and will be on, and its way through the lifecycle; newest first.
create or replace function serve.fn_device_history(device text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object(
        'vehicles', coalesce((
            select jsonb_agg(period order by period.valid_from desc) from (
                select (vehicle.plate).value as plate, valid_from,
                       lead(valid_from) over (order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.device_assignments left join domain.vehicles vehicle using (vehicle_id)
                where imei = device) period), '[]'),
        'lifecycle', coalesce((
            select jsonb_agg(to_jsonb(step) - 'place' order by step.place desc) from (
                select at, from_state, to_state, stated_by, reason, taken, row_number() over () as place
                from domain.devices, domain.lifecycle_steps(imei, first_good_fix_at)
                where imei = device) step), '[]'));
$$;
