-- Why a statement that an operator is about to make cannot stand: `unknown` (what it is about does not exist),
-- `invalid` (a field of it names what does not exist) or `conflict` (not from where things stand now). No row: it may
-- be made. What statements come to never depends on this; the log may hold any.
create or replace function serve.fn_admin_refusal(topic text, body jsonb)
returns table (code text, field text, message text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select code, field, replace(message, '%s', coalesce(body->>field, '')) from (
        select 1, 'unknown', 'imei', 'There is no device %s. Check the number; a device is known once it speaks or is listed.'
        where topic in ('device.assign', 'device.lifecycle')
          and not exists (select from domain.devices where imei = body->>'imei')
        union all
        select 2, case topic when 'driver.assign' then 'unknown' else 'invalid' end, 'plate',
               'There is no vehicle %s. Check the plate, or add the vehicle first.'
        where topic in ('device.assign', 'driver.assign') and body ? 'plate'
          and not exists (select from domain.vehicles where plate_key = serve.normalize_plate(body->>'plate'))
        union all
        select 3, 'invalid', 'plate', '“%s” is no plate: give letters and digits.'
        where topic = 'vehicle.set' and serve.normalize_plate(body->>'plate') is null
        union all
        select 4, 'invalid', 'driver', 'There is no driver %s. Check the name, or add the driver first.'
        where topic = 'driver.assign' and body ? 'driver'
          and not exists (select from domain.drivers where name = body->>'driver')
        union all
        select 5, 'invalid', 'cost_centre', 'There is no cost centre %s. Check the name, or add it first.'
        where topic in ('vehicle.set', 'driver.set') and body ? 'cost_centre'
          and not exists (select from domain.cost_centres where name = body->>'cost_centre')
        union all
        select 6, 'invalid', 'city', 'There is no city %s. Check the name, or add it first.'
        where topic in ('vehicle.set', 'driver.set') and body ? 'city'
          and not exists (select from domain.assigned_cities where city = body->>'city')
        union all
        select 7, 'invalid', 'device_class', 'There is no device class %s. Known: ' || (
            select string_agg(class, ', ' order by rank) from domain.device_classes) || '.'
        where topic = 'device.set' and body ? 'device_class'
          and not exists (select from domain.device_classes where class = body->>'device_class')
        union all
        select 8, 'conflict', 'code', 'The code %s belongs to the cost centre ' || quote_literal(name) || '. Choose another.'
        from domain.cost_centres
        where topic = 'cost_centre.set' and cost_centres.code = body->>'code' and name <> body->>'name'
        union all
        select 9, 'invalid', 'code', 'The account %s is built in and stays as it is.'
        where topic = 'account.set' and body->>'code' = 'platform'
        union all
        select 10, 'conflict', 'to', domain.transition_refusal(lifecycle, body->>'to')
        from domain.devices
        where topic = 'device.lifecycle' and imei = body->>'imei'
          and not exists (select from domain.lifecycle_transitions
                          where from_state = lifecycle and to_state = body->>'to')
    ) refusal (place, code, field, message)
    order by place limit 1;
$$;
