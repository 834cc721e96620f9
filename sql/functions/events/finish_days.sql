-- Marks have been folded. What has been marked again since waits for its turn like a new one. A rebuild of the tables
-- that is under way is told.
create or replace function events.finish_days(
    of_days date[], of_imeis text[], of_vehicles bigint[], folded_marks bigint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into events.days_refolded
    select folded.* from unnest(of_days, of_imeis, of_vehicles) folded
    where exists (select from events.rebuilds where table_name = 'state.vehicle_days')
    on conflict do nothing;
    delete from events.days_to_fold held
    using unnest(of_days, of_imeis, of_vehicles, folded_marks) folded (day, imei, vehicle_id, mark)
    where (held.day, held.imei, held.vehicle_id, held.mark) = (folded.day, folded.imei, folded.vehicle_id, folded.mark);
    update events.days_to_fold held set due_at = default, worker = null, lease_until = null
    from unnest(of_days, of_imeis, of_vehicles) folded (day, imei, vehicle_id)
    where (held.day, held.imei, held.vehicle_id) = (folded.day, folded.imei, folded.vehicle_id);
end $$;
