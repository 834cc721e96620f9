-- Who drives what, for whom: domain.* from imports, listings, first fixes and what operators state. One projector,
-- one writer. Facts: *_listed, roster_entry, listing_completed, position_fix, *_set, *_assigned; any fact of an
-- unknown device registers it.
create or replace function state.project_registry(
    after_id bigint, up_to_id bigint, source regclass default 'events.parsed'
) returns void
language plpgsql as $$
begin
    perform domain.register_accounts(source, after_id, up_to_id);
    perform domain.register_lifecycle(source, after_id, up_to_id,
                                      domain.register_devices(source, after_id, up_to_id));
    perform domain.register_cities(source, after_id, up_to_id);
    perform domain.register_cost_centres(source, after_id, up_to_id);
    perform domain.register_vehicles(source, after_id, up_to_id);
    perform domain.register_device_assignments(source, after_id, up_to_id);
    perform domain.register_drivers(source, after_id, up_to_id);
    perform domain.register_driver_assignments(source, after_id, up_to_id);
    perform domain.register_identity_statements(source, after_id, up_to_id);
    perform domain.register_listing_runs(source, after_id, up_to_id);
end $$;
