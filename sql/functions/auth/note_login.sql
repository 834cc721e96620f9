-- Counts a failed login (the fifth in a row locks for 15 minutes) or forgets the failures; writes the access log.
create or replace function auth.note_login(name text, succeeded boolean, client text) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    locked timestamptz;
begin
    update auth.accounts set
        failed_logins = case when succeeded then 0 else failed_logins + 1 end,
        locked_until = case when succeeded then null
                            when (failed_logins + 1) % 5 = 0 then clock_timestamp() + interval '15 minutes'
                            else locked_until end
    where username = lower(name)
    returning locked_until into locked;
    insert into auth.access_log (username, action, outcome, detail)
    values (lower(name), 'login', case when succeeded then 'ok' else 'refused' end,
            jsonb_build_object('client', client));
    return locked;
end $$;
