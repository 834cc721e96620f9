-- A device that lagged behind its account has caught up: the account's watermark holds for it again.
create or replace function events.forget_poll_watermark(poll text, account integer, what text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from events.poll_watermarks where job = poll and account_id = account and subject = what;
$$;
