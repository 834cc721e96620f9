-- migrate:up
-- What grows, how long it is kept, and what was archived before it went. Every table of the platform is declared
-- here, what cannot grow with its reason; the migration that makes a table declares it.

create table series.retention (
    table_name     text primary key,
    keep           interval check (keep > interval '0'),            -- older rows leave; null: none does
    compress_after interval check (compress_after > interval '0'),  -- where the engine has compression
    archive        boolean not null default false,                  -- nothing leaves before it is archived
    time_column    text,                    -- what the age of a plain table's rows is counted from; a series has its own
    outlives       text[] not null default '{}',                    -- its rows stay as long as these tables' rows of their time
    bounded_by     text,                    -- why no row needs to leave
    check ((keep is null) = (bounded_by is not null)),
    check (compress_after is null or compress_after < keep),
    check (not archive or table_name = 'events.raw')
);

insert into series.retention (table_name, keep, compress_after, archive) values
    ('events.raw',                 '400 days', '30 days', true),
    ('events.parsed',              '400 days', '30 days', false),
    ('events.rejected',            '400 days', '30 days', false),
    ('state.position_history',     '800 days', '30 days', false),
    ('state.heartbeats',           '90 days',  '30 days', false),
    ('state.alarms',               '800 days', '60 days', false),
    ('state.reported_trips',       '800 days', null,      false),
    ('state.parking_events',       '800 days', null,      false),
    ('state.obd_readings',         '400 days', '60 days', false),
    ('state.fault_codes',          '800 days', null,      false),
    ('state.fuel_readings',        '400 days', '60 days', false),
    ('state.temperature_readings', '400 days', '60 days', false),
    ('state.lbs_readings',         '90 days',  '60 days', false),
    ('state.device_events',        '400 days', '60 days', false);

insert into series.retention (table_name, keep, time_column, outlives) values
    ('events.ledger',           '400 days', 'at',              '{events.raw, events.parsed}'),
    ('domain.listing_runs',     '400 days', 'run_at',          '{}'),
    ('auth.access_log',         '400 days', 'at',              '{}'),
    ('auth.push_tally',         '400 days', 'hour',            '{}'),
    ('auth.tokens',             '30 days',  'session_ends_at', '{}'),
    ('drift.findings',          '400 days', 'resolved_at',     '{}'),
    ('drift.contract_runs',     '400 days', 'started_at',      '{}'),
    ('drift.completeness',      '400 days', 'day',             '{}'),
    ('events.reparse_requests', '30 days',  'asked_at',        '{}');

insert into series.retention (table_name, bounded_by) values
    ('events.archives',              'one row a file of the archive: the way back to what has left the log'),
    ('events.claims',                'a claim goes when its range is parsed'),
    ('events.cursors',               'one row a projector'),
    ('events.frontiers',             'one row a stage'),
    ('events.jobs',                  'one row a job and account: its last run; what is scheduled no more is forgotten'),
    ('events.poll_watermarks',       'one row a poll and account, or device'),
    ('state.devices',                'one row a device'),
    ('state.live_positions',         'one row a device'),
    ('state.identities',             'one row a device and change of vehicle or driver'),
    ('domain.accounts',              'one row an account'),
    ('domain.assigned_cities',       'one row a city'),
    ('domain.cost_centres',          'one row a cost centre'),
    ('domain.device_assignments',    'one row a device and change of vehicle: trips of any age need it'),
    ('domain.device_classes',        'fixed by migrations'),
    ('domain.device_models',         'fixed by migrations'),
    ('domain.devices',               'one row a device'),
    ('domain.driver_assignments',    'one row a vehicle and change of driver: trips of any age need it'),
    ('domain.drivers',               'one row a driver'),
    ('domain.lifecycle_statements',  'one row a step that a person takes for a device'),
    ('domain.lifecycle_transitions', 'fixed by migrations'),
    ('domain.listed_devices',        'one row a device'),
    ('domain.vehicles',              'one row a vehicle'),
    ('auth.accounts',                'one row a person who may sign in'),
    ('auth.push_credentials',        'one row a credential'),
    ('auth.upstream_tokens',         'one row an application key and user'),
    ('drift.contract_results',       'they go with their run in drift.contract_runs'),
    ('drift.cursor',                 'one row'),
    ('drift.fields',                 'one row a field that the upstream has ever sent'),
    ('drift.listings',               'one row a topic, account and target'),
    ('drift.topics',                 'one row a topic'),
    ('slo.targets',                  'fixed by migrations'),
    ('series.catalog',               'one row a series'),
    ('series.retention',             'one row a table'),
    ('series.horizons',              'one row a table'),
    ('series.retention_lease',       'one row');

-- How far back a table reaches: what was older has left it.
create table series.horizons (
    table_name text primary key,
    kept_from  timestamptz not null,
    moved_at   timestamptz not null default clock_timestamp()
);

-- Who applies retention now: one at a time.
create table series.retention_lease (
    only_row    boolean primary key default true check (only_row),
    holder      uuid,
    lease_until timestamptz not null default '-infinity'
);
insert into series.retention_lease default values;

-- The files that raw rows were written to before they left: the rows (after_id, up_to_id] of one chunk of the log.
create table events.archives (
    archive_id        bigint primary key generated always as identity,
    chunk_from        timestamptz not null,
    chunk_to          timestamptz not null,
    after_id          bigint not null,
    up_to_id          bigint not null,
    revision          smallint not null default 1,   -- of the files of one range the highest counts
    first_received_at timestamptz not null,
    last_received_at  timestamptz not null,
    rows              bigint not null check (rows > 0),
    body_bytes        bigint not null,
    file_bytes        bigint not null,
    file_sha256       text not null,
    content_sha256    text not null,                 -- of the rows, whatever file holds them: events.content_hash
    path              text not null,                 -- below the archive's address
    url               text not null,                 -- where it was written
    archived_at       timestamptz not null default clock_timestamp(),
    unique (chunk_from, after_id, revision)
);
select series.forbid_changes('events.archives');

create index on events.ledger using brin (at);

-- migrate:down
