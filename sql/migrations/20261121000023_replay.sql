-- migrate:up
-- Rebuilding state from the log. Tables that are being built stand in schemas of their own until they take the
-- place of the live ones; nobody but the owner gets there.

create schema rebuild;   -- tables that are built beside the live ones, kept from run to run until they take their place
create schema scratch;   -- tables for one run of a verification or of the replay of a part; worth nothing afterwards

-- How far the building of each table has come, so that a run that was killed goes on where it was.
create table events.rebuilds (
    table_name   text primary key,               -- of the live table
    source       text not null,                  -- the relation that the facts are read from
    position     bigint not null,                -- id of the last fact folded into the table beside
    superseded   bigint not null,                -- the last supersession that it knows of
    made_by      text not null,                  -- digest of the table's shape and of its fold
    started_at   timestamptz not null default clock_timestamp(),
    moved_at     timestamptz not null default clock_timestamp()
);

-- A range of the log that is parsed again, from its first chunk until state follows from it.
create table events.reparses (
    reparse_id     bigint primary key generated always as identity,
    parser_version smallint not null,
    after_id       bigint not null,              -- raw rows (after_id, up_to_id]
    up_to_id       bigint not null,
    position       bigint not null,              -- the last raw row that was parsed again
    imeis          text[] not null default '{}', -- whose facts have changed, and between which device times
    changed_from   timestamptz,
    changed_to     timestamptz,
    started_at     timestamptz not null default clock_timestamp(),
    ended_at       timestamptz                   -- state has been made anew from what changed
);
create unique index on events.reparses ((true)) where ended_at is null;

-- Which statements of the ledger a raw row falls under; supersessions are few and are asked for by every rebuild.
create index on events.ledger using gist (int8range(after_id, up_to_id, '(]'));
create index on events.ledger (entry_id) where action = 'superseded';

insert into series.retention (table_name, bounded_by) values
    ('events.rebuilds', 'one row a table that is being built'),
    ('events.reparses', 'one row a range that a person has parsed again');

-- migrate:down
