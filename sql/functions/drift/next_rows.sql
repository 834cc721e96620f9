-- What to look at next: of each topic at most so many of the rows after the cursor, spread evenly; of a long
-- backlog only its newest part. Each row repeats the cursor as it is and as it is to be.
create or replace function drift.next_rows(rows_a_topic integer, newest integer)
returns table (
    position_now bigint, position_then bigint, id bigint, received_at timestamptz, source text, account_id integer,
    topic text, content_type text, body bytea, request_meta jsonb
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with reach as materialized (
        select held.position as after_id, coalesce((select max(raw.id) from events.raw), 0) as up_to_id
        from drift.cursor held
    ), chosen as materialized (
        select raw.id, raw.received_at,
               row_number() over (partition by raw.source, raw.topic order by hashint8extended(raw.id, 0)) as place
        from reach
        join events.raw on raw.id > greatest(after_id, up_to_id - newest) and raw.id <= up_to_id
        where raw.source like 'jimi.%'
    )
    select after_id, up_to_id, raw.id, raw.received_at, raw.source, raw.account_id, raw.topic, raw.content_type,
           raw.body, raw.request_meta
    from reach, chosen
    join events.raw on raw.id = chosen.id and raw.received_at = chosen.received_at
    where chosen.place <= rows_a_topic
    order by raw.id;
$$;
