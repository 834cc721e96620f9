-- Whatever changes in domain.* changes who its devices are: a trigger a statement, which sees the changed rows.
create or replace function state.follow_identities() returns trigger
language plpgsql as $$
declare
    imeis text[];
begin
    -- Before looking whose they are: a device that is being listed now may come to be one of them.
    perform pg_advisory_xact_lock(4201, 4) from changed limit 1;
    case tg_table_name
        when 'devices', 'device_assignments' then
            imeis := array(select distinct imei from changed);
        when 'vehicles', 'driver_assignments' then
            imeis := array(select distinct imei from state.identities join changed using (vehicle_id));
        when 'drivers' then
            imeis := array(select distinct imei from changed join domain.driver_assignments using (driver_id)
                           join state.identities using (vehicle_id));
        when 'cost_centres' then
            imeis := array(select distinct imei from state.identities join changed on cost_centre = changed.name);
    end case;
    perform state.refresh_identities(imeis);
    return null;
end $$;
