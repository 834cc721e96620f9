-- Takes a request back that no worker has done; false when one has, meanwhile.
create or replace function auth.withdraw_reparse(request bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from events.reparse_requests where request_id = request and outcome is null;
    return found;
end $$;
