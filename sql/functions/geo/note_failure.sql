-- A geocoder failed: it is left alone for 2, 4, 8, … s, 15 min at the most, or for as long as it asks.
create or replace function geo.note_failure(
    asked_cell bigint, geocoder text, geocoders text[], why text, asked_pause interval
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform geo.note_tried(asked_cell, geocoder, geocoders, true);
    update geo.geocoders set
        failures_in_a_row = failures_in_a_row + 1, failed_at = clock_timestamp(), problem = why,
        paused_until = clock_timestamp() + greatest(
            asked_pause, least(interval '1 s' * 2 ^ least(failures_in_a_row + 1, 20), interval '15 min'))
    where name = geocoder;
end $$;
