-- migrate:up
-- Addresses of places where vehicles stand: what was answered, what waits to be asked, whom to ask and when.
-- Answers of others, so no projection: all of it can be emptied and fills again, and nothing else depends on it.

create schema if not exists geo;      -- places: what they are called

create type geo.address_precision as enum ('nothing', 'area', 'place', 'street');

create table state.geocoded_positions (
    cell          bigint primary key,           -- geo.cell_of(lat, lon)
    address       text,                         -- null: nothing there
    precision     geo.address_precision not null,
    source        text not null,                -- the geocoder that said so
    asked_at      timestamptz not null,
    last_asked_at timestamptz not null,         -- the newest answer, better or not
    check ((address is null) = (precision = 'nothing'))
);

create table geo.waiting (
    cell     bigint primary key,
    priority smallint not null,                 -- 0: parked with the engine off, 1: standing otherwise
    stood_at timestamptz not null,              -- device time of the newest fix of a vehicle there
    tried    text[] not null default '{}',      -- geocoders that gave no address in this round
    failed   boolean not null default false,    -- did one of them fail, rather than know nothing?
    failures integer not null default 0,        -- rounds in a row with a failure
    due_at   timestamptz not null default '-infinity'   -- not asked before: the pause after a failure, or a lease
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

create table geo.geocoders (
    name              text primary key,
    free_at           timestamptz not null default '-infinity',   -- the next call may begin then
    paused_until      timestamptz not null default '-infinity',   -- after failures
    failures_in_a_row integer not null default 0,
    succeeded_at      timestamptz,
    failed_at         timestamptz,
    problem           text                      -- of the last failure
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
insert into geo.geocoders (name) values ('nominatim'), ('mapbox');

create table geo.lookout (
    only_row  boolean primary key default true check (only_row),
    looked_at timestamptz not null              -- when places were last looked for
) with (fillfactor = 50);
insert into geo.lookout (looked_at) values ('-infinity');

-- migrate:down
