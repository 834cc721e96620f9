-- Hands out the next range of the log to parse: first one whose lease ran out, else up to `max_rows`
-- new rows (at least one) of at most `max_bytes` together. No row: nothing to do.
-- New rows are looked for in the days since the last one was received, and in all days where that finds none though
-- numbers have been drawn: a server's clock may have been set back. Where a number of the range is not among what was
-- found, its row may be of any day, and the claim says so.
create or replace function events.claim_raw(
    worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval
) returns setof events.claims
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    frontier events.frontiers;
    looked_from timestamptz;
    last_id bigint;
    last_at timestamptz;
    since timestamptz;
begin
    return query
        update events.claims held set worker = worker_name, lease_until = clock_timestamp() + lease,
                                      parser_version = version
        where claim_id = (select claim_id from events.claims
                          where stage = 'parse' and lease_until < clock_timestamp()
                          order by claim_id limit 1 for update skip locked)
        returning held.*;
    if found then
        return;
    end if;
    select * into strict frontier from events.frontiers where stage = 'parse' for update;
    foreach looked_from in array array[frontier.handed_out_at, 'epoch'] loop
        select max(id), (array_agg(received_at order by id desc))[1],
               case when count(*) = max(id) - frontier.handed_out then min(received_at) else 'epoch' end
        into last_id, last_at, since
        from (
            select id, received_at, row_number() over ahead as place, sum(size) over ahead as bytes
            from (select id, received_at, octet_length(body) as size from events.raw
                  where id > frontier.handed_out and received_at >= looked_from
                  order by id limit max_rows) next_rows
            window ahead as (order by id)
        ) measured
        where place = 1 or bytes <= max_bytes;
        exit when last_id is not null or (select last_value from events.raw_id) <= frontier.handed_out;
    end loop;
    if last_id is null then
        return;
    end if;
    update events.frontiers set handed_out = last_id, handed_out_at = last_at where stage = 'parse';
    return query
        insert into events.claims (stage, after_id, up_to_id, parser_version, worker, lease_until, since)
        values ('parse', frontier.handed_out, last_id, version, worker_name, clock_timestamp() + lease, since)
        returning *;
end $$;
