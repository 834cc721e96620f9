-- Puts the live tables of the registry right by those beside, which hold the facts up to `folded`: the projector is
-- fenced by its cursor, what came meanwhile is folded, and only rows that are wrong go and come. Readers wait for
-- nothing. Who devices are follows once, at the end, so that only days that come out otherwise are marked. Returns of
-- each table how many rows went and came. Errors: lock_not_available; nothing has changed then.
create or replace function events.finish_registry(folded bigint, written text[])
returns table (table_name text, removed bigint, inserted bigint)
language plpgsql as $$
declare
    up_to_id bigint;
begin
    set local lock_timeout = '10s';
    select position into strict up_to_id from events.cursors where projector = 'registry' for update;
    perform beside.project_registry(folded, up_to_id, 'scratch.facts');
    table_name := 'domain.accounts';
    select * into removed, inserted from events.put_accounts_right();
    return next;
    foreach table_name in array array_remove(written, table_name) loop
        execute format('alter table %s disable trigger user', table_name);
        select * into removed, inserted
        from events.put_right(table_name::regclass, replace(table_name, 'domain.', 'beside.')::regclass);
        execute format('alter table %s enable trigger user', table_name);
        return next;
    end loop;
    perform state.mend_identities();
    update events.cursors set epoch = epoch + 1 where projector = 'registry';
end $$;
