-- The one way into the log. Takes a batch (arrays of one length, in order of arrival), gives the ids.
-- The lock makes number order commit order, so that no reader can pass over a row that commits late.
-- One doorbell a batch; P1: the caller acknowledges after COMMIT.
create or replace function events.append_raw(
    sources text[], accounts integer[], topics text[], content_types text[],
    bodies bytea[], metas text[], verifiers text[]
) returns bigint[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(4201, 1);
    perform pg_notify('events_raw_new', '');
    begin
        return events.insert_raw(sources, accounts, topics, content_types, bodies, metas, verifiers);
    exception when check_violation then    -- no partition for now: cron has been away for weeks
        perform series.ensure_all(clock_timestamp());
        return events.insert_raw(sources, accounts, topics, content_types, bodies, metas, verifiers);
    end;
end $$;
