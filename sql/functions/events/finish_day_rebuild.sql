-- The tables of vehicle-days that were built take the live ones' place, all at once, while no vehicle-day is folded. What
-- was folded too late to be in them is marked again. Errors: lock_not_available, as events.finish_rebuild.
create or replace function events.finish_day_rebuild(targets text[]) returns void
language plpgsql as $$
begin
    set local lock_timeout = '10s';
    perform pg_advisory_xact_lock(4201, 4);
    insert into events.days_to_fold as waiting (day, imei, vehicle_id, due_at)
    select day, imei, vehicle_id, now() from events.days_refolded
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    perform pg_notify('events_days_due', '');
    delete from events.days_refolded;
    set local lock_timeout = '500ms';
    perform series.swap(targets);
    delete from events.rebuilds where table_name = 'state.vehicle_days';
end $$;
