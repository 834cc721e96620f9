-- What a worker answered to a request to parse a raw row again; null while none has.
create or replace function auth.reparse_outcome(request bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select outcome from events.reparse_requests where request_id = request;
$$;
