-- Drops what replays have left of some tables, in schemas `rebuild` and `scratch`, and how far they had come: the next
-- one begins anew. Call it where no replay is under way. Errors: lock_not_available.
create or replace function events.discard_rebuild(targets text[]) returns void
language plpgsql as $$
declare
    target text;
begin
    set local lock_timeout = '10s';
    if 'state.vehicle_days' = any (targets) then
        perform pg_advisory_xact_lock(4201, 4);   -- folds that still tell the rebuild end first
        delete from events.days_refolded;
    end if;
    foreach target in array targets loop
        perform series.discard('scratch.' || split_part(target, '.', 2));
        perform series.discard('rebuild.' || split_part(target, '.', 2));
        execute format('drop view if exists rebuild.%I', split_part(target, '.', 2) || '_facts');
    end loop;
    delete from events.rebuilds where table_name = any (targets);
end $$;
