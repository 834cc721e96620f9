-- Which vehicle each device was on at an instant.
create or replace function serve.device_assignments_at(at timestamptz)
returns table (imei text, vehicle_id bigint)
language sql stable as $$
    select distinct on (imei) imei, vehicle_id
    from domain.device_assignments where valid_from <= at
    order by imei, valid_from desc;
$$;
