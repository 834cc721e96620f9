-- A geocoder gave no address for a place. When all were tried: nothing is there, which is an answer; or, where one
-- failed, all are tried again after 1, 2, 4, … min, a day at the most.
create or replace function geo.note_tried(asked_cell bigint, geocoder text, geocoders text[], has_failed boolean)
returns void
language plpgsql as $$
declare
    round geo.waiting;
begin
    update geo.waiting set
        tried = array_append(array_remove(tried, geocoder), geocoder), failed = failed or has_failed,
        due_at = '-infinity'
    where cell = asked_cell returning * into round;
    if (round.tried @> geocoders) is not true then   -- somebody is left to ask, or nobody waits for it any more
        return;
    elsif round.failed then
        update geo.waiting set
            tried = '{}', failed = false, failures = failures + 1,
            due_at = clock_timestamp() + least(interval '1 min' * 2 ^ least(failures, 20), interval '1 day')
        where cell = asked_cell;
    else
        perform geo.keep_address(asked_cell, null, 'nothing', geocoder, clock_timestamp());
        delete from geo.waiting where cell = asked_cell;
    end if;
end $$;
