-- Called when the answers up to there are in the log. A watermark never goes back.
create or replace function events.move_poll_watermark(poll text, account integer, what text, reached timestamptz)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into events.poll_watermarks as held (job, account_id, subject, reached_at)
    values (poll, account, what, reached)
    on conflict (job, account_id, subject) do update set
        reached_at = excluded.reached_at, moved_at = excluded.moved_at
    where held.reached_at < excluded.reached_at;
$$;
