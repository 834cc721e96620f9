-- Who drives what, for whom: domain.* from imports, listings, first fixes and what operators state. One projector,
-- one writer. Facts: *_listed, roster_entry, listing_completed, position_fix, *_set, *_assigned; any fact of an
-- unknown device registers it. Few ranges state anything: the others end with the devices that they hold.
create or replace function state.project_registry(
    after_id bigint, up_to_id bigint, source regclass default 'events.parsed'
) returns void
language plpgsql as $$
declare
    states boolean := exists (select from events.facts(source, after_id, up_to_id)
                              where kind ~ '_(listed|set|assigned)$' or kind in ('roster_entry', 'listing_completed'));
    changed text[];
begin
    if states then
        perform domain.register_accounts(source, after_id, up_to_id);
    end if;
    changed := domain.register_devices(source, after_id, up_to_id);
    if states or cardinality(changed) > 0 then
        perform domain.register_lifecycle(source, after_id, up_to_id, changed);
    end if;
    if not states then
        return;
    end if;
    perform domain.register_cities(source, after_id, up_to_id);
    perform domain.register_cost_centres(source, after_id, up_to_id);
    perform domain.register_vehicles(source, after_id, up_to_id);
    perform domain.register_device_assignments(source, after_id, up_to_id);
    perform domain.register_drivers(source, after_id, up_to_id);
    perform domain.register_driver_assignments(source, after_id, up_to_id);
    perform domain.register_identity_statements(source, after_id, up_to_id);
    perform domain.register_listing_runs(source, after_id, up_to_id);
end $$;
