-- The vehicle-days of a day are in the tables that are being built.
create or replace function events.note_day_built(day date) returns void
language sql as $$
    update events.rebuilds set position = day - date '2000-01-01', moved_at = clock_timestamp()
    where table_name = 'state.vehicle_days';
$$;
