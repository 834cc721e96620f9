-- The devices of an account that a poll asks about from now on. One that comes to others gets a watermark of its own,
-- so that its past is asked for as well; the first ones of an account begin together with it.
create or replace function events.enter_polled_devices(
    poll text, account integer, imeis text[], since timestamptz
) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with left_out as (
        delete from events.polled_devices
        where job = poll and account_id = account and imei <> all (imeis)
    ), entered as (
        insert into events.polled_devices (job, account_id, imei)
        select poll, account, imei from unnest(imeis) imei
        on conflict do nothing
        returning imei
    )
    insert into events.poll_watermarks (job, account_id, subject, reached_at)
    select poll, account, imei, since from entered
    where exists (select from events.polled_devices where job = poll and account_id = account)
    on conflict do nothing;
$$;
