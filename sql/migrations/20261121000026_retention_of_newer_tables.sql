-- migrate:up
-- Tables that were made beside series.retention declare themselves.
insert into series.retention (table_name, keep, time_column) values
    ('state.trips',              '1830 days', 'day'),
    ('state.vehicle_days',       '1830 days', 'day'),
    ('state.daily_rollups',      '1830 days', 'day'),
    ('state.hourly_rollups',     '1830 days', 'hour_at'),
    ('state.geocoded_positions', '800 days',  'last_asked_at');
insert into series.retention (table_name, bounded_by) values
    ('state.mounts',         'one row a device and change of vehicle'),
    ('events.days_to_fold',  'a mark goes when its day is folded'),
    ('events.polled_devices', 'one row a poll and device'),
    ('geo.waiting',          'one row a place that waits for its address'),
    ('geo.geocoders',        'one row a geocoder'),
    ('geo.lookout',          'one row');

-- migrate:down
