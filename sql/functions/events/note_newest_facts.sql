-- Notes the facts of the newest buckets and beyond once more: for those that were written by a function of an earlier
-- version while the database was migrated.
create or replace function events.note_newest_facts() returns integer
language plpgsql as $$
declare
    from_id bigint;
begin
    perform pg_advisory_xact_lock(4201, 2);
    from_id := coalesce((select max(bucket) - 1 from events.parsed_spans), 0) << 14;
    return (select events.note_facts(array_agg(id), array_agg(received_at)) from events.parsed where id >= from_id);
end $$;
