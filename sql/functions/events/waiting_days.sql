-- The vehicle-days that are marked to be folded.
create or replace function events.waiting_days() returns table (vehicle_id bigint, day date)
language sql stable as $$
    select marked.vehicle_id, marked.day from events.days_to_fold marked where marked.vehicle_id <> 0
    union
    select mount.vehicle_id, marked.day from events.days_to_fold marked
    join state.mounts mount on mount.imei = marked.imei and mount.valid_from < domain.eat_midnight(marked.day + 1)
         and mount.valid_until > domain.eat_midnight(marked.day);
$$;
