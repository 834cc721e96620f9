-- Who drives what, for whom: domain.* from imports, listings and first fixes. One projector, one writer.
-- Facts: vehicle_listed, device_listed, position_fix; any fact of an unknown device registers it.
create or replace function state.project_registry(after_id bigint, up_to_id bigint) returns void
language plpgsql as $$
begin
    perform domain.register_devices(after_id, up_to_id);
    perform domain.register_vehicles(after_id, up_to_id);
    perform domain.register_drivers(after_id, up_to_id);
end $$;
