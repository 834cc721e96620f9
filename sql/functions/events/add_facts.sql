-- Facts that an earlier parsing of a raw row did not give, written beside those it gave; how many were new. The key
-- of events.parsed makes it harmless to repeat. facts: as events.finish_claim takes them.
create or replace function events.add_facts(version smallint, facts jsonb) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    added integer;
begin
    if exists (select from events.still_waiting(
                   (select array_agg((told->>0)::bigint) from jsonb_array_elements(facts) told))) then
        raise exception 'a raw row has not been parsed yet' using errcode = 'object_not_in_prerequisite_state';
    end if;
    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, version, told->>2, raw.source, raw.account_id, told->>3,
               (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint
        where not exists (select from events.parsed held
                          where held.received_at = raw.received_at and held.raw_id = raw.id
                            and held.item = (told->>1)::integer and held.kind = told->>2)
        order by place
        on conflict do nothing
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into added from written;
    return added;
end $$;
