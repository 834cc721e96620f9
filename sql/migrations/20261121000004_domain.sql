-- migrate:up
-- Who drives what, for whom. Written by the registry projector from import and listing facts.
-- Ids are made of the natural key, so that a rebuild gives the same ones.

create table domain.assigned_cities (
    city text primary key check (city <> '')
);

create table domain.cost_centres (
    name text primary key check (name <> ''),
    code text not null unique,
    slot integer not null unique                -- palette slot: given once, never again
);

create table domain.drivers (
    driver_id bigint primary key,
    name      text not null unique,
    phone     state.known_text
);

create table domain.vehicles (
    vehicle_id  bigint primary key,
    plate_key   text not null unique,           -- serve.normalize_plate of the plate
    plate       state.known_text not null,      -- as people print it
    cost_centre state.known_text,
    city        state.known_text,
    make        state.known_text,
    model       state.known_text
) with (fillfactor = 80);

create table domain.device_classes (
    class text primary key,
    rank  smallint not null unique              -- lowest is shown first
);
insert into domain.device_classes values ('tracker', 1), ('camera', 2);

create table domain.device_models (
    model text primary key,
    class text not null references domain.device_classes (class)
);
insert into domain.device_models values
    ('JC400', 'camera'), ('JC400P', 'camera'), ('JC261', 'camera'), ('JC371', 'camera'), ('JC450', 'camera');

create table domain.devices (
    imei              text primary key,
    account_id        integer not null references domain.accounts (account_id),
    account_as_of     timestamptz not null default '-infinity',
    class             state.known_text,
    lifecycle         text not null default 'provisioned'
                      check (lifecycle in ('provisioned', 'active', 'suspended', 'decommissioned')),
    first_good_fix_at timestamptz
) with (fillfactor = 80);

-- From valid_from on, until the next row of the same device (vehicle) says otherwise.
create table domain.device_assignments (
    imei       text not null,
    valid_from timestamptz not null,
    vehicle_id bigint not null,
    primary key (imei, valid_from)
);

create table domain.driver_assignments (
    vehicle_id bigint not null,
    valid_from timestamptz not null,
    driver_id  bigint not null,
    primary key (vehicle_id, valid_from)
);

create table slo.targets (
    metric      text primary key,
    threshold   double precision not null,
    unit        text not null,
    description text not null,
    shown       boolean not null default false  -- is it a service level, or a threshold of a rule?
);
insert into slo.targets (metric, threshold, unit, description, shown) values
    ('moving_speed_kmh', 5, 'km/h', 'At or above it a fresh good fix means moving', false),
    ('stale_fix_s', 600, 's', 'A fix older than this is stale', false),
    ('offline_s', 86400, 's', 'A vehicle not heard for this long is offline', false),
    ('fix_freshness_pct_60s', 95, '%', 'Share of vehicles with the engine on whose newest fix is at most 60 s old', true),
    ('trip_lag_p95_sec', 600, 's', 'Time from the end of a trip to the trip being there, 95th percentile', true),
    ('parser_lag_p95_sec', 30, 's', 'Time from receipt to facts, 95th percentile', true);

-- migrate:down
