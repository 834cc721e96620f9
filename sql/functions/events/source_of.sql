-- Where to read a range of facts: the one chunk of the log that holds them, or, where they lie in several or are
-- none, the log. A statement on one chunk is planned in a fraction of what hundreds of them take.
create or replace function events.source_of(after_id bigint, up_to_id bigint) returns regclass
language sql stable as $$
    select coalesce(series.chunk_of('events.parsed', min(first_received_at), max(last_received_at)),
                    'events.parsed'::regclass)
    from events.parsed_spans where bucket between (after_id + 1) >> 14 and up_to_id >> 14;
$$;
