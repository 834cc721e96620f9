-- Everything that is told rarely. One look says which kinds a range holds and where, and only their tables are folded.
create or replace function state.project_readings(after_id bigint, up_to_id bigint) returns void
language plpgsql as $$
declare
    held record;
begin
    for held in
        select case kind
                   when 'device_event' then 'device_events'
                   when 'fault_code' then 'fault_codes'
                   when 'fuel_reading' then 'fuel_readings'
                   when 'lbs_reading' then 'lbs_readings'
                   when 'obd_reading' then 'obd_readings'
                   when 'parking_reported' then 'parking_events'
                   when 'temperature_reading' then 'temperature_readings'
                   when 'trip_reported' then 'reported_trips'
               end as table_name, min(id) as first_id, max(id) as last_id
        from events.parsed
        where id > after_id and id <= up_to_id
          and kind in ('device_event', 'fault_code', 'fuel_reading', 'lbs_reading', 'obd_reading',
                       'parking_reported', 'temperature_reading', 'trip_reported')
        group by kind
        order by table_name
    loop
        execute format('select state.%I($1, $2)', 'project_' || held.table_name)
        using held.first_id - 1, held.last_id;
    end loop;
end $$;
