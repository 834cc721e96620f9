-- migrate:up
-- A job that cannot begin has neither succeeded nor failed: what it waits for.
alter table events.jobs add column waits_for text;

-- The devices that a poll asks about under the watermark of their account, or under one of their own. Who is not
-- here yet is new, and its past is asked for.
create table events.polled_devices (
    job        text not null,
    account_id integer not null references domain.accounts (account_id),
    imei       text not null,
    primary key (job, account_id, imei)
);

-- migrate:down
