-- Marks days of devices to be folded at once: after their history has been changed in any other way than by its
-- projector. Null means all devices, from the first fix, to the last.
create or replace function events.mark_days(
    imeis text[] default null, from_time timestamptz default null, to_time timestamptz default null
) returns bigint
language plpgsql as $$
declare
    marked bigint;
begin
    insert into events.days_to_fold as waiting (day, imei, due_at)
    select distinct domain.eat_day(fixed_at), imei, now() from state.position_history
    where (imeis is null or imei = any (imeis))
      and (from_time is null or fixed_at >= from_time) and (to_time is null or fixed_at < to_time)
    union
    select day, unnest(days.imeis), now() from state.vehicle_days days
    where (mark_days.imeis is null or days.imeis && mark_days.imeis)
      and (from_time is null or day >= domain.eat_day(from_time)) and (to_time is null or day <= domain.eat_day(to_time))
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    get diagnostics marked = row_count;
    perform pg_notify('events_days_due', '');
    return marked;
end $$;
