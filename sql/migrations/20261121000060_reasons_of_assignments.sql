-- migrate:up
-- Why tables of statements need no retention, said as it is: whoever states the same again adds a row.
update series.retention set bounded_by = said from (values
    ('domain.device_assignments',  'one row a device and statement of its vehicle: trips of any age need it'),
    ('domain.driver_assignments',  'one row a vehicle and statement of its driver, so of each roster: trips of any age need it'),
    ('domain.identity_statements', 'one row a statement of an import, a roster or a person, some 100 bytes: the oldest may hold still'),
    ('events.days_refolded',       'one row a device-day during a rebuild of vehicle-days, until it ends or is discarded'),
    ('events.rebuilds',            'one row a table that is being built, until it is in its place or discarded')
) mended (name, said)
where table_name = name;

-- migrate:down
