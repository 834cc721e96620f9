-- migrate:up
-- What devices and the vendor tell beside positions, heartbeats and alarms. One projector, `readings`, writes them
-- all. Every part of a key has a value: where the sender may leave one out, a word stands for that.

-- Trips as the vendor cut them. Our own are made of fixes and stand apart.
create table state.reported_trips (
    imei              text not null,
    started_at        timestamptz not null,
    origin            text not null,            -- which report: mileage, report, push
    ended_at          timestamptz,              -- the latest that was told; null: none yet
    duration_s        double precision,
    distance_m        double precision,
    avg_speed_kmh     double precision,
    max_speed_kmh     double precision,
    start_lat         double precision,
    start_lon         double precision,
    end_lat           double precision,
    end_lon           double precision,
    start_odometer_m  double precision,
    end_odometer_m    double precision,
    fuel_l            double precision,
    fuel_l_per_100km  double precision,
    source_rank       smallint not null,
    content_hash      bigint not null,
    raw_id            bigint not null,
    received_at       timestamptz not null,
    primary key (imei, started_at, origin)
);
select series.make('state.reported_trips', 'started_at', interval '91 days', starts_at => '2026-01-01 00:00+00');

-- Stops as the vendor cut them.
create table state.parking_events (
    imei         text not null,
    started_at   timestamptz not null,
    origin       text not null,                 -- report: the vendor's
    engine       text not null,                 -- off (parked), on (idling), unknown
    ended_at     timestamptz,                   -- the latest that was told; null: none yet
    duration_s   double precision,
    lat          double precision,
    lon          double precision,
    address      text,
    source_rank  smallint not null,
    content_hash bigint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, started_at, origin, engine)
);
select series.make('state.parking_events', 'started_at', interval '91 days', starts_at => '2026-01-01 00:00+00');

create table state.obd_readings (
    imei              text not null,
    read_at           timestamptz not null,
    origin            text not null,            -- push, poll
    engine_rpm        double precision,
    speed_kmh         double precision,
    coolant_c         double precision,
    fuel_pct          double precision,
    fuel_l            double precision,
    voltage_v         double precision,
    odometer_m        double precision,         -- the vehicle's
    device_odometer_m double precision,         -- the tracker's
    vin               text,
    source_rank       smallint not null,
    content_hash      bigint not null,
    raw_id            bigint not null,
    received_at       timestamptz not null,
    primary key (imei, read_at, origin)
);
select series.make('state.obd_readings', 'read_at', interval '28 days', starts_at => '2026-01-01 00:00+00');

create table state.fault_codes (
    imei         text not null,
    seen_at      timestamptz not null,
    origin       text not null,                 -- push, poll
    code         text not null,
    detail       text,
    source_rank  smallint not null,
    content_hash bigint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, seen_at, origin, code)
);
select series.make('state.fault_codes', 'seen_at', interval '91 days', starts_at => '2026-01-01 00:00+00');

create table state.fuel_readings (
    imei         text not null,
    read_at      timestamptz not null,
    unit         text not null,                 -- l, pct; of a bare level as told, or unknown
    fuel_l       double precision,
    fuel_pct     double precision,
    level        double precision,              -- counts in a unit that does not name itself
    source_rank  smallint not null,
    content_hash bigint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, read_at, unit)
);
select series.make('state.fuel_readings', 'read_at', interval '28 days', starts_at => '2026-01-01 00:00+00');

create table state.temperature_readings (
    imei          text not null,
    read_at       timestamptz not null,
    temperature_c double precision,
    humidity_pct  double precision,
    source_rank   smallint not null,
    content_hash  bigint not null,
    raw_id        bigint not null,
    received_at   timestamptz not null,
    primary key (imei, read_at)
);
select series.make('state.temperature_readings', 'read_at', interval '28 days', starts_at => '2026-01-01 00:00+00');

-- Radio cells and access points that a device heard; no place yet.
create table state.lbs_readings (
    imei          text not null,
    heard_at      timestamptz not null,
    quality       text not null,                -- lbs, wifi, unknown
    mcc           text,
    mnc           text,
    cells         jsonb,
    access_points jsonb,
    source_rank   smallint not null,
    content_hash  bigint not null,
    raw_id        bigint not null,
    received_at   timestamptz not null,
    primary key (imei, heard_at, quality)
);
select series.make('state.lbs_readings', 'heard_at', interval '28 days', starts_at => '2026-01-01 00:00+00');

-- Logins, uploads, cards, answers. Two that differ in anything that was told are two events.
create table state.device_events (
    imei         text not null,
    happened_at  timestamptz not null,
    event        text not null,
    content_hash bigint not null,
    details      jsonb not null,                -- what was told of it, units in the names
    source_rank  smallint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, happened_at, event, content_hash)
);
select series.make('state.device_events', 'happened_at', interval '28 days', starts_at => '2026-01-01 00:00+00');

insert into events.cursors (projector, position) values ('readings', 0);

-- migrate:down
