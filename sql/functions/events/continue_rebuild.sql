-- Folds the next facts into a table that is being built, up to a number at most; returns the last one's number.
create or replace function events.continue_rebuild(target text, max_facts integer, up_to_id bigint) returns bigint
language plpgsql as $$
declare
    made events.rebuilds := (select r from events.rebuilds r where table_name = target for update);
    next_id bigint := least(made.position + max_facts, up_to_id);
begin
    if next_id > made.position then
        execute format('select state.%I($1, $2, $3, $4)', 'project_' || split_part(target, '.', 2))
            using made.position, next_id, ('rebuild.' || split_part(target, '.', 2))::regclass,
                  ('rebuild.' || split_part(target, '.', 2) || '_facts')::regclass;
        update events.rebuilds set position = next_id, moved_at = clock_timestamp() where table_name = target;
    end if;
    return greatest(next_id, made.position);
end $$;
