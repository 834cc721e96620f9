-- Raw rows of a chunk that is due to leave, in their order: at most `max_rows` and, beyond the first, `max_bytes`.
create or replace function events.archive_page(
    chunk_from timestamptz, chunk_to timestamptz, after_id bigint, max_rows integer, max_bytes bigint
) returns table (id bigint, received_at timestamptz, source text, account_id integer, topic text, content_type text,
                 body bytea, request_meta text, verified_by text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with measured as materialized (
        select raw.id, raw.received_at, row_number() over ahead as place,
               sum(octet_length(raw.body)) over ahead as bytes
        from (select r.id, r.received_at, r.body from events.raw r
              where r.id > archive_page.after_id and r.received_at >= chunk_from and r.received_at < chunk_to
                and chunk_to <= series.cutoff('events.raw')
              order by r.id limit max_rows) raw
        window ahead as (order by raw.id)
    )
    select raw.id, raw.received_at, raw.source, raw.account_id, raw.topic, raw.content_type, raw.body,
           raw.request_meta::text, raw.verified_by
    from measured join events.raw on raw.id = measured.id and raw.received_at = measured.received_at
    where measured.place = 1 or measured.bytes <= max_bytes
    order by raw.id;
$$;
