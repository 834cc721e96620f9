-- migrate:up
-- What vehicles did, day by day in East Africa: our own trips, the day's figures, rollups by hour and by day. One
-- writer, the fold of vehicle-days (src/fleet/trips), which replaces all rows of a vehicle's day in one transaction.
-- A day has 86,400 seconds, over or not: what no fix covers is unknown.

-- Which device stood for which vehicle, when: as domain.device_assignments, the vendor's listing and the lifecycle
-- say. Written by state.refresh_mounts alone, in the transaction that changes one of those.
create table state.mounts (
    imei        text not null,
    valid_from  timestamptz not null,           -- -infinity: before any assignment
    valid_until timestamptz not null,           -- the next assignment, or the device left the fleet
    vehicle_id  bigint not null,                -- of the device itself where it is on no vehicle
    class_rank  smallint not null,              -- lowest is asked first
    primary key (imei, valid_from)
);
create index on state.mounts (vehicle_id, valid_from);

-- A trip starts with one fix and ends with another: started_at and ended_at are theirs.
create table state.trips (
    vehicle_id       bigint not null,
    day              date not null,             -- EAT
    started_at       timestamptz not null,
    ended_at         timestamptz not null,
    imeis            text[] not null,           -- whose fixes
    start_reason     text not null check (start_reason in ('already_on', 'ignition_on', 'moving', 'signal_back')),
    end_reason       text not null check (end_reason in ('work_stop', 'nofix_stop', 'long_gap', 'day_end')),
    pause_s          integer,                   -- the stand or silence that ended it; null: the data of the day ended
    continues_before boolean not null,          -- under way at midnight already
    continues_after  boolean not null,
    distance_m       integer not null,
    driving_s        integer not null,
    idling_s         integer not null,
    stopped_s        integer not null,
    max_speed_kmh    double precision,
    fixes            integer not null,          -- from started_at to ended_at, both counted
    odometer_gain_m  double precision,          -- null: not told, or it jumped
    start_lat        double precision not null,
    start_lon        double precision not null,
    end_lat          double precision not null,
    end_lon          double precision not null,
    idles            jsonb not null,            -- [{started_at, ended_at, lat, lon}]: engine on, standing for long
    stops            jsonb not null,            -- the same: engine off, not for long enough to end it
    path             jsonb not null,            -- [[lon, lat], …], simplified
    path_s           integer[] not null,        -- seconds since the start at which its points were passed
    primary key (vehicle_id, day, started_at),
    check (driving_s + idling_s + stopped_s
           = extract(epoch from date_trunc('second', ended_at) - date_trunc('second', started_at)))
);
create index on state.trips (day);

create table state.vehicle_days (
    vehicle_id     bigint not null,
    day            date not null,
    imeis          text[] not null,
    first_fixed_at timestamptz not null,
    last_fixed_at  timestamptz not null,        -- later is unknown so far
    reporting_at   timestamptz,                 -- first fix with the engine on
    has_acc_data   boolean not null,
    flags          text[] not null,             -- what to know before trusting the figures
    suspects       timestamptz[] not null,      -- fixes that are teleports: maps skip them too
    stops          jsonb not null,              -- between trips: [{started_at, ended_at, reason, lat, lon, continues_…}]
    trips          integer not null,
    rules_version  smallint not null,           -- fleet.trips.VERSION
    primary key (vehicle_id, day)
);
create index on state.vehicle_days (day);

create table state.daily_rollups (
    vehicle_id    bigint not null,
    day           date not null,
    distance_m    integer not null,
    driving_s     integer not null,
    idling_s      integer not null,
    stopped_s     integer not null,
    unknown_s     integer not null,
    max_speed_kmh double precision,
    fixes         integer not null,
    primary key (vehicle_id, day),
    check (driving_s + idling_s + stopped_s + unknown_s = 86400)
);
create index on state.daily_rollups (day);

create table state.hourly_rollups (
    vehicle_id    bigint not null,
    hour_at       timestamptz not null,         -- its beginning; each day of a vehicle has its 24
    distance_m    integer not null,
    driving_s     integer not null,
    idling_s      integer not null,
    stopped_s     integer not null,
    unknown_s     integer not null,
    max_speed_kmh double precision,
    fixes         integer not null,
    primary key (vehicle_id, hour_at),
    check (driving_s + idling_s + stopped_s + unknown_s = 3600)
);
create index on state.hourly_rollups (hour_at);

-- Vehicle-days to fold again. A mark names a device, whose vehicles of the day are looked up when it is folded, or a
-- vehicle. Marks of one day are one row until it is taken, and the first waits so that more can join it.
create table events.days_to_fold (
    day         date not null,
    imei        text not null default '',       -- '': a mark of a vehicle
    vehicle_id  bigint not null default 0,      -- 0: a mark of a device
    mark        bigint not null default 1,      -- grows with each: who folded an older one has not folded this one
    due_at      timestamptz not null default clock_timestamp() + interval '60 seconds',
    worker      text,
    lease_until timestamptz,
    primary key (day, imei, vehicle_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index on events.days_to_fold (due_at);

-- Fixes that came before this table was there.
insert into events.days_to_fold (day, imei)
select distinct (fixed_at at time zone 'Africa/Nairobi')::date, imei from state.position_history;

-- migrate:down
