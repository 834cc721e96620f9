-- The table that was built takes the live one's place: the projector is fenced by its cursor, what came meanwhile is
-- folded, the tables change places. Readers wait for that alone, and half a second at most.
-- Errors: lock_not_available, when a reader has the table for longer; nothing has changed then.
create or replace function events.finish_rebuild(target text, projector_name text) returns void
language plpgsql as $$
declare
    folded bigint;
    renamed text[];
begin
    set local lock_timeout = '10s';
    select position into strict folded from events.cursors where projector = projector_name for update;
    perform events.continue_rebuild(target, 2147483647, folded);
    if target = 'state.devices' then
        perform pg_advisory_xact_lock(4201, 4);   -- before the table: whoever refreshes identities takes it first
        renamed := state.differing_devices('rebuild.devices');
    end if;
    set local lock_timeout = '500ms';
    perform series.swap(array[target]);
    execute format('drop view rebuild.%I', split_part(target, '.', 2) || '_facts');
    delete from events.rebuilds where table_name = target;
    update events.cursors set epoch = epoch + 1 where projector = projector_name;
    perform state.refresh_identities(renamed);
end $$;
