-- Ends a claim with what its rows came to, in one statement: whoever lost the lease is fenced out, facts
-- are numbered in commit order, the ledger tells which parser version speaks for the range. One statement,
-- because the lock must never wait for a client: a worker frozen in the middle would stop all others.
-- facts: [[raw_id, item, kind, imei, occurred_at, data], …]; rejections: [[raw_id, item, reason, detail], …].
create or replace function events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    ended events.claims;
    noted integer;
begin
    delete from events.claims where claim_id = claim and worker = worker_name returning * into ended;
    if ended is null then
        raise exception 'claim % is not held by % any more', claim, worker_name
            using errcode = 'lock_not_available', hint = 'its lease ran out; another worker does it';
    end if;
    insert into events.ledger (parser_version, after_id, up_to_id, action)
    values (ended.parser_version, ended.after_id, ended.up_to_id, 'applied');

    insert into events.rejected (raw_id, received_at, item, parser_version, reason, detail)
    select raw.id, raw.received_at, (told->>1)::integer, ended.parser_version, told->>2, told->>3
    from jsonb_array_elements(rejections) told
    join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id
                   and raw.received_at >= ended.since;

    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, ended.parser_version, told->>2, raw.source,
               raw.account_id, told->>3, (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id
                       and raw.received_at >= ended.since
        order by place
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into noted from written;
end $$;
