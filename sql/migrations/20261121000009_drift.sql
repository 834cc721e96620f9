-- migrate:up
-- What the upstream usually sends, and where it has begun to send something else; what was received a day
-- against what came of it. Observations, not projections: the log is sampled, so they cannot be rebuilt alike.

create schema if not exists drift;

create table drift.cursor (
    only_row boolean primary key default true check (only_row),
    position bigint not null,                    -- id of the last raw row looked at
    moved_at timestamptz not null default now()
);
insert into drift.cursor (position) values (0);

create table drift.topics (
    source        text not null,
    topic         text not null,
    items         bigint not null,               -- looked at: of a busy topic a sample
    bodies        bigint not null,
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null,
    gap_s         double precision,              -- cadence: usual time between two bodies looked at
    primary key (source, topic)
) with (fillfactor = 50);

create table drift.fields (
    source        text not null,
    topic         text not null,
    field         text not null,                 -- path within an item: msg.alertType, rows[].imei
    since_item    bigint not null,               -- ordinal, among the topic's items, of the first that had it
    last_item     bigint not null,
    last_body     bigint not null,
    present       bigint not null,               -- items that had it, not blank
    share         double precision not null generated always as (
                      present::double precision / greatest(last_item - since_item + 1, 1)) stored,
    types         jsonb not null,                -- JSON type: values of it
    low           double precision,
    high          double precision,
    spans         jsonb not null,                -- 10, 50, 90 % quantiles of the latest usual windows of values
    sample        jsonb not null,                -- values of the window under way
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null,
    primary key (source, topic, field)
) with (fillfactor = 50);

-- Who is expected in a listing of one account, and who has been left out of how many runs.
create table drift.listings (
    topic      text not null,
    account_id integer not null,
    target     text not null,
    expected   text[] not null,
    missed     jsonb not null,
    raw_id     bigint not null,
    seen_at    timestamptz not null,
    primary key (topic, account_id, target)
);

create table drift.findings (
    finding_id      bigint primary key generated always as identity,
    kind            text not null check (kind in ('new_field', 'vanished_field', 'changed_type', 'unknown_alarm_code',
                                                  'unit_jump', 'omitted_vehicles')),
    source          text not null,
    topic           text not null,
    field           text not null,
    cause           text not null,               -- tells two findings of one field apart: the type, the code
    sentence        text not null,
    raw_ids         bigint[] not null,
    first_seen_at   timestamptz not null,
    last_seen_at    timestamptz not null,
    count           bigint not null,
    state           text not null default 'open' check (state in ('open', 'acknowledged', 'resolved')),
    acknowledged_by text,
    acknowledged_at timestamptz,
    note            text,
    resolved_at     timestamptz,
    check ((acknowledged_by is null) = (acknowledged_at is null))
);
create unique index on drift.findings (kind, source, topic, field, cause) where state <> 'resolved';

-- What a check of the upstream's contract found, method by method.
create table drift.contract_runs (
    run_id     bigint primary key generated always as identity,
    started_at timestamptz not null,
    ended_at   timestamptz not null,
    verdict    text not null check (verdict in ('as_agreed', 'drift', 'unreachable'))
);
create table drift.contract_results (
    run_id      bigint not null references drift.contract_runs (run_id) on delete cascade,
    method      text not null,
    verdict     text not null check (verdict in ('as_agreed', 'drift', 'unreachable', 'not_asked')),
    rows        integer not null,
    differences jsonb not null,                  -- [{"field", "problem", "expected", "found"}, …]
    primary key (run_id, method)
);

-- Completeness: what was received a day (EAT) and what came of it, a device and kind.
create table drift.completeness (
    day           date not null,
    imei          text not null,                 -- '': the item names no device
    kind          text not null,
    transport     text not null,
    received      bigint not null,
    repeated      bigint not null,               -- of them in bodies that had been received before, byte for byte
    parsed        bigint not null,
    rejected      bigint not null,
    without_facts bigint not null,               -- read, and nothing in it that anybody wants
    pending       bigint not null,
    counted_at    timestamptz not null,
    primary key (day, imei, kind, transport),
    check (received = parsed + rejected + without_facts + pending)
);

-- migrate:down
