-- Ends a claim in the transaction that writes its output: fences out whoever lost the lease, records
-- the parser version in the ledger, and takes the lock that makes fact numbers commit in order.
create or replace function events.finish_claim(claim bigint, worker_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    ended events.claims;
begin
    delete from events.claims where claim_id = claim and worker = worker_name returning * into ended;
    if ended is null then
        raise exception 'claim % is not held by % any more', claim, worker_name
            using errcode = 'lock_not_available', hint = 'its lease ran out; another worker does it';
    end if;
    insert into events.ledger (parser_version, after_id, up_to_id, action)
    values (ended.parser_version, ended.after_id, ended.up_to_id, 'applied');
    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
end $$;
