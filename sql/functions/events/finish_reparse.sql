-- Answers a request to parse a raw row again, and writes the facts if that was asked for. A request that was
-- withdrawn or answered meanwhile is left alone. facts: as events.finish_claim takes them.
create or replace function events.finish_reparse(request bigint, version smallint, facts jsonb, told jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    asked events.reparse_requests;
    added integer := 0;
begin
    select * into asked from events.reparse_requests where request_id = request and outcome is null for update;
    if not found then
        return;
    end if;
    if asked.apply then
        added := events.add_facts(version, facts);
    end if;
    update events.reparse_requests set outcome = told || jsonb_build_object('added', added)
    where request_id = request;
end $$;
