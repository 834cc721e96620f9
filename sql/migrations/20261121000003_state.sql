-- migrate:up
-- Projections. Each table has one writer; each is a pure function of the set of facts:
-- among statements of one thing the greatest (device time, gate time, source rank, content hash)
-- wins, then the lowest raw id, so that order, splits and repeats cannot matter.

create type state.known_text as (value text, as_of timestamptz);
create type state.known_flag as (value boolean, as_of timestamptz);
create type state.known_number as (value double precision, as_of timestamptz);

create table state.devices (
    imei           text primary key,
    first_heard_at timestamptz,
    heard_at       timestamptz,                 -- latest device time of anything it said
    name           state.known_text,
    plate          state.known_text,
    driver         state.known_text,
    phone          state.known_text,
    sim            state.known_text,
    model          state.known_text,
    device_group   state.known_text,
    account        state.known_text,
    expires_at     state.known_text,
    enabled        state.known_text
) with (fillfactor = 70);

create table state.live_positions (
    imei           text primary key,
    fixed_at       timestamptz not null,
    lat            double precision not null,
    lon            double precision not null,
    speed_kmh      double precision,
    heading_deg    double precision,
    altitude_m     double precision,
    satellites     integer,
    quality        text not null,
    ignition       state.known_flag,
    odometer_m     state.known_number,
    good_fixed_at  timestamptz,                 -- latest fix that is not LBS or WIFI
    good_speed_kmh double precision,
    gate_at        timestamptz not null,        -- -infinity: not told
    source_rank    smallint not null,
    content_hash   bigint not null,
    raw_id         bigint not null,
    received_at    timestamptz not null
) with (fillfactor = 70);

create table state.position_history (
    imei         text not null,
    fixed_at     timestamptz not null,
    lat          double precision not null,
    lon          double precision not null,
    speed_kmh    double precision,
    heading_deg  double precision,
    altitude_m   double precision,
    satellites   smallint,
    ignition     boolean,
    quality      text not null,
    reupload     boolean not null,
    odometer_m   double precision,
    gate_at      timestamptz not null,
    source_rank  smallint not null,
    content_hash bigint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, fixed_at)
);
select series.make('state.position_history', 'fixed_at', interval '7 days', starts_at => '2026-01-01 00:00+00');

create table state.heartbeats (
    imei           text not null,
    beat_at        timestamptz not null,
    ignition       boolean,
    battery_pct    double precision,
    gsm_pct        double precision,
    external_power boolean,
    voltage_v      double precision,
    source_rank    smallint not null,
    content_hash   bigint not null,
    raw_id         bigint not null,
    received_at    timestamptz not null,
    primary key (imei, beat_at)
);
select series.make('state.heartbeats', 'beat_at', interval '7 days', starts_at => '2026-01-01 00:00+00');

create table state.alarms (
    imei         text not null,
    raised_at    timestamptz not null,
    origin       text not null,
    class        text not null,
    code         text not null,
    cleared      boolean not null,
    name         text,
    lat          double precision,
    lon          double precision,
    source_rank  smallint not null,
    content_hash bigint not null,
    raw_id       bigint not null,
    received_at  timestamptz not null,
    primary key (imei, raised_at, origin, class, code, cleared)
);
select series.make('state.alarms', 'raised_at', interval '7 days', starts_at => '2026-01-01 00:00+00');

insert into events.cursors (projector, position) values
    ('live_positions', 0),
    ('position_history', 0),
    ('heartbeats', 0),
    ('alarms', 0),
    ('devices', 0),
    ('registry', 0);

-- migrate:down
