-- migrate:up
-- Administration: what operators state of the fleet, and the lifecycle of devices. All of it is folded from facts.

alter table domain.devices add sim state.known_text;
alter table domain.cost_centres add code_as_of timestamptz not null default '-infinity';
alter table domain.accounts
    add name_as_of timestamptz not null default '-infinity',
    add polled_as_of timestamptz not null default '-infinity';

-- Of two statements about one thing and one instant the one that was made later holds.
alter table domain.device_assignments       -- on no vehicle: vehicle_id is the device's own, domain.id_of('device', imei)
    add stated_at timestamptz not null default '-infinity',
    add stated_by text not null default 'import',
    add reason text;
alter table domain.driver_assignments       -- driven by nobody: driver_id is null
    alter driver_id drop not null,
    add stated_at timestamptz not null default '-infinity',
    add stated_by text not null default 'import',
    add reason text;

-- The lifecycle of devices: which step an operator may take from where. The first good fix makes a provisioned
-- device active; no other step happens by itself.
create table domain.lifecycle_transitions (
    from_state text not null,
    to_state   text not null,
    meaning    text not null,
    primary key (from_state, to_state)
);
insert into domain.lifecycle_transitions values
    ('provisioned', 'active', 'It works, though no good fix has come yet'),
    ('provisioned', 'suspended', 'It is kept back before its first use'),
    ('provisioned', 'decommissioned', 'It was never used and will not be'),
    ('active', 'suspended', 'It is out of use for a time, and shown so'),
    ('active', 'decommissioned', 'It has left the fleet, and is shown nowhere'),
    ('suspended', 'active', 'It is in use again'),
    ('suspended', 'decommissioned', 'It has left the fleet, and is shown nowhere'),
    ('decommissioned', 'suspended', 'It was found again, and waits to be put to use');

create table domain.lifecycle_statements (
    imei      text not null,
    stated_at timestamptz not null,
    to_state  text not null,
    stated_by text not null,
    reason    text,
    primary key (imei, stated_at, to_state)
);

-- Listings that the upstream answered whole, so that absence can be judged by runs and not by rows.
create table domain.listing_runs (
    account text not null,
    run_at  timestamptz not null,
    run_id  text not null,
    listed  integer not null,
    primary key (account, run_at, run_id)
);

-- When such a listing last named a device. (Details name devices too, but of those that are asked for alone.)
create table domain.listed_devices (
    imei      text primary key,
    listed_at timestamptz not null
);

insert into slo.targets (metric, threshold, unit, description, shown) values
    ('listing_min_pct', 80, '%', 'A listing with fewer of an account''s known devices than this proves no absence', false),
    ('listing_absent_runs', 3, 'runs', 'A device that so many whole listings in a row left out is reported', false);

-- migrate:down
