-- Who drove each vehicle at an instant; nobody (null) where an operator said so.
create or replace function serve.driver_assignments_at(at timestamptz)
returns table (vehicle_id bigint, driver text)
language sql stable as $$
    select distinct on (vehicle_id) vehicle_id, name
    from domain.driver_assignments left join domain.drivers using (driver_id) where valid_from <= at
    order by vehicle_id, valid_from desc;
$$;
