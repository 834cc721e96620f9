-- Writes a try to sign in to the access log. Gives the time until which the name is locked now, or null.
create or replace function auth.note_login(name text, succeeded boolean, client text) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into auth.access_log (username, action, outcome, detail)
    values (lower(name), 'login', case when succeeded then 'ok' else 'refused' end,
            jsonb_build_object('client', client));
    return auth.locked_until(name);
end $$;
