-- Who may do what; replayed whole after the functions. Everything not said here is refused.
revoke all on all tables in schema events, state, domain, slo, serve, auth, series, drift, geo from public,
    fleet_push, fleet_reader, fleet_session, fleet_worker, fleet_cron, fleet_grafana;
revoke all on all sequences in schema events, state, domain, slo, serve, auth, series, drift, geo from public,
    fleet_push, fleet_reader, fleet_session, fleet_worker, fleet_cron, fleet_grafana;
revoke all on all routines in schema events, state, domain, slo, serve, auth, series, drift, geo from public,
    fleet_push, fleet_reader, fleet_session, fleet_worker, fleet_cron, fleet_grafana;
revoke all on schema events, state, domain, slo, serve, auth, series, drift, geo from public,
    fleet_push, fleet_reader, fleet_session, fleet_worker, fleet_cron, fleet_grafana;
revoke create on schema public from public;

-- push: one append function and nothing else
grant usage on schema events to fleet_push;
grant execute on function events.append_raw to fleet_push;

-- reader: serve.* and nothing else (its functions run as their owner)
grant usage on schema serve to fleet_reader;
grant execute on function serve.fn_live_view, serve.live_view_text, serve.fn_live_dedup, serve.normalize_plate
    to fleet_reader;
grant select on serve.v_live_dedup to fleet_reader;
grant execute on function serve.fn_admin_page, serve.fn_admin_item, serve.fn_device_history, serve.fn_vehicle_history,
    serve.fn_admin_refusal, serve.fn_statement_fate, serve.fn_gaps, serve.platform_account
    to fleet_reader;

-- session: people's sessions, push credentials, access log; appends operator events
grant usage on schema auth to fleet_session;
grant execute on function auth.active_push_credentials, auth.add_push_tally, auth.close_session, auth.find_account,
    auth.locked_until, auth.note_login, auth.open_session, auth.rotate_token, auth.read_raw,
    auth.ask_reparse, auth.reparse_outcome, auth.withdraw_reparse to fleet_session;

-- worker: reads the log; facts are written by events.finish_claim alone, tables by events.advance
grant usage on schema events to fleet_worker;
grant select on events.raw to fleet_worker;
grant execute on function events.claim_raw, events.finish_claim, events.advance, events.lag,
    events.set_aside_counts, events.next_reparse, events.finish_reparse to fleet_worker;
-- and vehicle-days by what reads one's fixes and keeps what they came to
grant usage on schema state to fleet_worker;
grant execute on function events.claim_days, events.lock_vehicles_of_days, events.finish_days, state.day_fixes,
    state.keep_vehicle_days to fleet_worker;

-- cron: appends what it polled, knows whom to poll, keeps partitions ahead
grant usage on schema events, domain, series to fleet_cron;
grant select on domain.accounts to fleet_cron;
grant execute on function events.append_raw, events.lag, series.ensure_all to fleet_cron;
grant execute on function events.read_poll_watermarks, events.move_poll_watermark, events.forget_poll_watermark,
    events.note_job_start, events.note_job_end, events.note_job_wait, events.enter_polled_devices, events.job_successes, events.keep_jobs, domain.devices_to_poll,
    domain.note_found_account to fleet_cron;
-- retention: what is declared, step by step; of raw rows only those that are due to be archived
grant select on series.retention to fleet_cron;
grant execute on function series.retention_report, series.take_retention, series.release_retention, series.drop_next,
    series.delete_next, series.compress_next, events.next_archive, events.archive_page, events.note_archive
    to fleet_cron;
-- the vendor's token is cron's alone
grant usage on schema auth to fleet_cron;
grant execute on function auth.read_upstream_token, auth.lease_upstream_token, auth.save_upstream_token,
    auth.release_upstream_token, auth.hold_upstream_token to fleet_cron;
grant execute on function serve.fn_jobs to fleet_reader;
-- time travel: the fleet of the past, and what of a device reached us when
grant execute on function serve.fleet_at_text, serve.fn_fleet_at, serve.fn_events_of, serve.fn_events_beside
    to fleet_reader;

-- drift: the worker watches, cron checks the contract, people see findings and acknowledge them
grant usage on schema drift to fleet_worker, fleet_cron, fleet_session;
grant select on drift.topics, drift.fields, drift.listings, drift.findings to fleet_worker;
grant execute on function drift.next_rows, drift.keep to fleet_worker;
grant execute on function drift.keep_contract_run to fleet_cron;
grant execute on function drift.acknowledge to fleet_session;
grant execute on function serve.drift_findings, serve.contract_run, serve.rejections, serve.facts_set_aside
    to fleet_reader;

-- geocoding: the worker asks what places are called
grant usage on schema geo to fleet_worker;
grant execute on function geo.look_for_places, geo.next_question, geo.keep_answer, geo.note_failure, geo.status
    to fleet_worker;

-- grafana: service levels and the live rule
grant usage on schema slo, serve to fleet_grafana;
grant select on slo.targets, serve.v_live_dedup to fleet_grafana;
grant execute on function slo.fn_status, serve.fn_live_dedup to fleet_grafana;
