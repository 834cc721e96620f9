-- The oldest request to parse a raw row again that nobody has done, with the row and what is held of it.
create or replace function events.next_reparse()
returns table (request_id bigint, apply boolean, held jsonb, raw_id bigint, received_at timestamptz, source text,
               topic text, content_type text, body bytea, request_meta jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select asked.request_id, asked.apply, events.held_facts(raw), raw.id, raw.received_at, raw.source, raw.topic,
           raw.content_type, raw.body, raw.request_meta
    from events.reparse_requests asked
    join events.raw on raw.id = asked.raw_id
    where asked.outcome is null
    order by asked.request_id
    limit 1;
$$;
