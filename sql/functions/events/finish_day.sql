-- A mark has been folded. What has been marked again since waits for its turn like a new one. A rebuild of the tables
-- that is under way is told.
create or replace function events.finish_day(of_day date, of_imei text, of_vehicle bigint, folded_mark bigint)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into events.days_refolded
    select of_day, of_imei, of_vehicle from events.rebuilds where table_name = 'state.vehicle_days'
    on conflict do nothing;
    delete from events.days_to_fold
    where day = of_day and imei = of_imei and vehicle_id = of_vehicle and mark = folded_mark;
    if not found then
        update events.days_to_fold set due_at = default, worker = null, lease_until = null
        where day = of_day and imei = of_imei and vehicle_id = of_vehicle;
    end if;
end $$;
