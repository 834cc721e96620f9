-- Folds the next facts into the tables of one projector and moves its cursor, in one transaction.
-- Returns how many facts it read: 0 nothing new, -1 another worker has the projector.
create or replace function events.advance(projector_name text, max_facts integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    after_id bigint;
    up_to_id bigint;
    facts integer;
begin
    select position into after_id from events.cursors
    where projector = projector_name for update skip locked;
    if not found then
        return -1;
    end if;
    select max(id), count(*) into up_to_id, facts
    from (select id from events.parsed where id > after_id order by id limit max_facts) next_facts;
    if facts > 0 then
        execute format('select state.%I($1, $2)', 'project_' || projector_name) using after_id, up_to_id;
        update events.cursors set position = up_to_id, moved_at = clock_timestamp()
        where projector = projector_name;
    end if;
    return facts;
end $$;
