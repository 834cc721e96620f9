-- Who drives what, for whom: domain.* from imports, listings, first fixes and what operators state. One projector,
-- one writer. Facts: *_listed, roster_entry, listing_completed, position_fix, *_set, *_assigned; any fact of an
-- unknown device registers it.
create or replace function state.project_registry(after_id bigint, up_to_id bigint) returns void
language plpgsql as $$
begin
    perform domain.register_accounts(after_id, up_to_id);
    perform domain.register_lifecycle(after_id, up_to_id, domain.register_devices(after_id, up_to_id));
    perform domain.register_cities(after_id, up_to_id);
    perform domain.register_cost_centres(after_id, up_to_id);
    perform domain.register_vehicles(after_id, up_to_id);
    perform domain.register_device_assignments(after_id, up_to_id);
    perform domain.register_drivers(after_id, up_to_id);
    perform domain.register_driver_assignments(after_id, up_to_id);
    perform domain.register_identity_statements(after_id, up_to_id);
    perform domain.register_listing_runs(after_id, up_to_id);
end $$;
