-- Until when a name cannot sign in, or null: five refusals within 15 minutes, none forgiven by a success since,
-- lock it for 15 minutes from the last. Names that nobody has are locked alike.
create or replace function auth.locked_until(name text) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select max(at) + interval '15 minutes'
    from auth.access_log
    where username = lower(name) and action = 'login' and outcome = 'refused'
      and at > clock_timestamp() - interval '15 minutes'
      and at > (select coalesce(max(at), '-infinity') from auth.access_log
                where username = lower(name) and action = 'login' and outcome = 'ok')
    having count(*) >= 5;
$$;
