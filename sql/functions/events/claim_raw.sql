-- Hands out the next range of the log to parse: first one whose lease ran out, else up to `max_rows`
-- new rows (at least one) of at most `max_bytes` together. No row: nothing to do.
create or replace function events.claim_raw(
    worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval
) returns setof events.claims
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    frontier bigint;
    last_id bigint;
begin
    return query
        update events.claims set worker = worker_name, lease_until = clock_timestamp() + lease,
                                 parser_version = version
        where claim_id = (select claim_id from events.claims
                          where stage = 'parse' and lease_until < clock_timestamp()
                          order by claim_id limit 1 for update skip locked)
        returning claims.*;
    if found then
        return;
    end if;
    select handed_out into strict frontier from events.frontiers where stage = 'parse' for update;
    select max(id) into last_id from (
        select id, row_number() over ahead as place, sum(octet_length(body)) over ahead as bytes
        from (select id, body from events.raw where id > frontier order by id limit max_rows) next_rows
        window ahead as (order by id)
    ) measured
    where place = 1 or bytes <= max_bytes;
    if last_id is null then
        return;
    end if;
    update events.frontiers set handed_out = last_id where stage = 'parse';
    return query
        insert into events.claims (stage, after_id, up_to_id, parser_version, worker, lease_until)
        values ('parse', frontier, last_id, version, worker_name, clock_timestamp() + lease)
        returning *;
end $$;
