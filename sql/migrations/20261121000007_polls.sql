-- migrate:up
-- What cron must not forget between two runs: the vendor's token, how far it has asked, how its jobs fared.

create table auth.upstream_tokens (
    app_key     text not null,
    user_id     text not null,
    version     bigint not null default 0,
    sealed      text,                           -- access and refresh token, encrypted with SECRETS_KEY
    expires_at  timestamptz,
    lease_id    uuid,                           -- who is asking the vendor for a newer one
    lease_until timestamptz not null default '-infinity',
    spent_until timestamptz not null default '-infinity',   -- the allowance of token requests is spent up to here
    primary key (app_key, user_id),
    check ((sealed is null) = (expires_at is null))
);

create table events.poll_watermarks (
    job        text not null,
    account_id integer not null references domain.accounts (account_id),
    subject    text not null default '',        -- the IMEI, where a poll asks for each device by itself
    reached_at timestamptz not null,            -- everything before was asked for, and its answer is in the log
    moved_at   timestamptz not null default clock_timestamp(),
    primary key (job, account_id, subject)
) with (fillfactor = 70);

create table events.jobs (
    job               text not null,
    account           text not null default '', -- blank: a job for all accounts, or for none
    interval_s        integer not null check (interval_s > 0),
    started_at        timestamptz not null,
    ended_at          timestamptz,
    succeeded_at      timestamptz,
    brought           bigint not null default 0 check (brought >= 0),  -- rows of the last run that ended
    failures_in_a_row integer not null default 0 check (failures_in_a_row >= 0),
    problem           text,
    primary key (job, account)
) with (fillfactor = 70);

-- A sub-account that the walk of the account tree found: a candidate until an operator has it polled.
alter table domain.accounts
    add column parent_code text,
    add column found_at timestamptz;

-- migrate:down
