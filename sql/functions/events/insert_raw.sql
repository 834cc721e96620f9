-- Part of events.append_raw, called under its lock: numbers and stores a batch in its order.
-- plpgsql keeps the plan from call to call; a SQL function would be parsed and planned for every batch.
create or replace function events.insert_raw(
    sources text[], accounts integer[], topics text[], content_types text[],
    bodies bytea[], metas text[], verifiers text[]
) returns bigint[]
language plpgsql as $$
declare
    ids bigint[];
begin
    with batch as (
        select nextval('events.raw_id') as id, item.*
        from unnest(sources, accounts, topics, content_types, bodies, metas, verifiers)
             as item (source, account_id, topic, content_type, body, meta, verified_by)
    ), stored as (
        insert into events.raw (id, received_at, source, account_id, topic, content_type, body,
                                request_meta, verified_by)
        select id, clock_timestamp(), source, account_id, topic, content_type, body, meta::jsonb, verified_by
        from batch
        returning id
    )
    select array_agg(id order by id) into ids from stored;
    return ids;
end $$;
