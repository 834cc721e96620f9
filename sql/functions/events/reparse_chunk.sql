-- Ends a chunk of a range that is parsed again: the new version's facts and rejections stand beside the old ones, the
-- ledger says from now on that the new version speaks for these rows, and whose facts changed is noted, all at once.
-- facts, rejections: as events.finish_claim takes them.
create or replace function events.reparse_chunk(
    reparse bigint, chunk_up_to bigint, facts jsonb, rejections jsonb,
    chunk_imeis text[], chunk_from timestamptz, chunk_to timestamptz
) returns void
language plpgsql as $$
declare
    begun events.reparses := (select r from events.reparses r where reparse_id = reparse for update);
    chunk int8range := int8range(begun.position, chunk_up_to, '(]');
    noted integer;
begin
    insert into events.rejected (raw_id, received_at, item, parser_version, reason, detail)
    select raw.id, raw.received_at, (told->>1)::integer, begun.parser_version, told->>2, told->>3
    from jsonb_array_elements(rejections) told
    join events.raw on raw.id = (told->>0)::bigint
    on conflict do nothing;

    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, begun.parser_version, told->>2, raw.source,
               raw.account_id, told->>3, (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint
        order by place
        on conflict do nothing
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into noted from written;

    insert into events.ledger (parser_version, after_id, up_to_id, action)
    select distinct parser_version, begun.position, chunk_up_to, 'superseded' from (
        select parser_version from events.ledger where int8range(after_id, up_to_id, '(]') && chunk
        union all
        select held.parser_version from events.raw join events.parsed held
            on held.raw_id = raw.id and held.received_at = raw.received_at
        where raw.id > begun.position and raw.id <= chunk_up_to) spoke
    where parser_version <> begun.parser_version;
    insert into events.ledger (parser_version, after_id, up_to_id, action)
    values (begun.parser_version, begun.position, chunk_up_to, 'applied');

    update events.reparses
    set position = chunk_up_to, changed_from = least(changed_from, chunk_from),
        changed_to = greatest(changed_to, chunk_to),
        imeis = array(select imei from unnest(imeis) imei union select unnest(chunk_imeis) order by 1)
    where reparse_id = reparse;
end $$;
