-- How far a poll of an account has come: as a whole (blank subject) or device by device.
create or replace function events.read_poll_watermarks(poll text, account integer)
returns table (subject text, reached_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select subject, reached_at from events.poll_watermarks where job = poll and account_id = account;
$$;
