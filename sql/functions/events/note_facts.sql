-- Notes where in time new facts lie; called by whoever writes events.parsed, in the same statement or transaction and
-- under its lock. Returns how many facts there were.
create or replace function events.note_facts(ids bigint[], moments timestamptz[]) returns integer
language sql as $$
    insert into events.parsed_spans as held (bucket, last_id, first_received_at, last_received_at)
    select id >> 14, max(id), min(received_at), max(received_at)
    from unnest(ids, moments) fact (id, received_at)
    group by id >> 14
    on conflict (bucket) do update set
        last_id = greatest(held.last_id, excluded.last_id),
        first_received_at = least(held.first_received_at, excluded.first_received_at),
        last_received_at = greatest(held.last_received_at, excluded.last_received_at);
    select coalesce(cardinality(ids), 0);
$$;
