-- migrate:up
-- The log. events.raw is written by events.append_raw alone and never changed.

create sequence events.raw_id;
create table events.raw (
    id           bigint not null,
    received_at  timestamptz not null,
    source       text not null,
    account_id   integer not null,
    topic        text not null,
    content_type text not null,
    body         bytea not null,
    request_meta jsonb not null,
    verified_by  text not null,
    primary key (id, received_at)
);
do $$ begin
    execute 'alter table events.raw alter column body set compression lz4';
exception when feature_not_supported then null;   -- a server built without lz4 keeps its default
end $$;
select series.make('events.raw', 'received_at', interval '1 day', append_only => true);
alter table events.raw add foreign key (account_id) references domain.accounts (account_id);

create sequence events.parsed_id;
create table events.parsed (
    id             bigint not null default nextval('events.parsed_id'),
    raw_id         bigint not null,
    received_at    timestamptz not null,        -- of the raw row
    item           integer not null,
    parser_version smallint not null,
    kind           text not null,
    source         text not null,
    account_id     integer not null,
    imei           text,
    occurred_at    timestamptz not null,
    data           jsonb not null,
    primary key (received_at, raw_id, item, kind, parser_version)
);
create index on events.parsed (id);
select series.make('events.parsed', 'received_at', interval '1 day', append_only => true);

create table events.rejected (
    raw_id         bigint not null,
    received_at    timestamptz not null,
    item           integer not null,
    parser_version smallint not null,
    reason         text not null,
    detail         text not null,
    primary key (received_at, raw_id, item, parser_version)
);
select series.make('events.rejected', 'received_at', interval '1 day', append_only => true);

-- How far a stage has handed out work, and the ranges that somebody is working on.
create table events.frontiers (
    stage      text primary key,
    handed_out bigint not null
) with (fillfactor = 50);
insert into events.frontiers values ('parse', 0);

create table events.claims (
    claim_id       bigint primary key generated always as identity,
    stage          text not null,
    after_id       bigint not null,             -- the range is (after_id, up_to_id]
    up_to_id       bigint not null,
    parser_version smallint not null,
    worker         text not null,
    lease_until    timestamptz not null,
    unique (stage, after_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Which parser version speaks for a range of the log: appended to, never updated.
create table events.ledger (
    entry_id       bigint primary key generated always as identity,
    parser_version smallint not null,
    after_id       bigint not null,
    up_to_id       bigint not null,
    action         text not null check (action in ('applied', 'superseded')),
    at             timestamptz not null default clock_timestamp()
);

create table events.cursors (
    projector text primary key,
    position  bigint not null,                  -- id of the last fact folded into its tables
    epoch     integer not null default 1,       -- grows when the table is rebuilt
    moved_at  timestamptz not null default now()
) with (fillfactor = 50);

select series.forbid_changes('events.ledger');

-- migrate:down
