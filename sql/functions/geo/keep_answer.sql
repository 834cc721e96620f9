-- What a geocoder said of a place: an address ends the question; without one the next geocoder is asked.
-- (Places are locked before geocoders, here as everywhere.)
create or replace function geo.keep_answer(
    asked_cell bigint, geocoder text, geocoders text[], said text, how_precise geo.address_precision
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if how_precise > 'nothing' then
        delete from geo.waiting where cell = asked_cell;
        perform geo.keep_address(asked_cell, said, how_precise, geocoder, clock_timestamp());
    else
        perform geo.note_tried(asked_cell, geocoder, geocoders, false);
    end if;
    update geo.geocoders set succeeded_at = clock_timestamp(), failures_in_a_row = 0, paused_until = '-infinity'
    where name = geocoder;
end $$;
