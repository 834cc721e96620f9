-- Folds the next facts into the tables of one projector and moves its cursor, in one transaction.
-- Returns how many numbers of facts it went on by: 0 nothing new, -1 another worker has the projector, -2 one of them
-- cannot be folded and nothing moved: ask for fewer. A single one that cannot be folded is set aside. Not every
-- number has a fact. Errors that are not a fact's fault (a connection lost, a full disk, a lock not had in time) are
-- raised, and then nothing moved either.
create or replace function events.advance(projector_name text, max_facts integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    after_id bigint;
    up_to_id bigint;
    problem text;
begin
    select position into after_id from events.cursors
    where projector = projector_name for update skip locked;
    if not found then
        return -1;
    end if;
    select * into after_id, up_to_id from events.next_range(after_id, max_facts);
    if up_to_id is null then
        return 0;
    end if;
    problem := events.fold(projector_name, after_id, up_to_id);
    if problem is not null then
        if up_to_id - after_id > 1 then
            return -2;
        end if;
        perform events.put_aside(projector_name, up_to_id, problem);
    end if;
    update events.cursors set position = up_to_id, moved_at = clock_timestamp()
    where projector = projector_name;
    return up_to_id - after_id;
end $$;
