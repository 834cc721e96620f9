-- migrate:up
-- Bodies that were masked because somebody had the right to ask for it: the one change of a raw row that there is.
create table events.erasures (
    erasure_id  bigint primary key generated always as identity,
    raw_id      bigint not null unique,
    received_at timestamptz not null,
    bytes       integer not null,
    body_sha256 text not null,                   -- of the body as it was received
    reason      text not null check (reason <> ''),
    erased_by   text not null,
    erased_at   timestamptz not null default clock_timestamp()
);
select series.forbid_changes('events.erasures');

insert into series.retention (table_name, bounded_by) values
    ('events.erasures', 'one row an erasure that a person orders');

-- migrate:down
