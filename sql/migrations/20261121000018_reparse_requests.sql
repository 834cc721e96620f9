-- migrate:up
-- What people asked a worker to parse again: the gateway parses nothing. A request lives for seconds.
create table events.reparse_requests (
    request_id bigint primary key generated always as identity,
    raw_id     bigint not null,
    apply      boolean not null,
    asked_by   text not null,
    asked_at   timestamptz not null default clock_timestamp(),
    outcome    jsonb                            -- null until a worker has done it
);

-- migrate:down
