-- Everything that is told rarely. One look says which kinds a range holds and where, and only their tables are folded.
create or replace function state.project_readings(
    after_id bigint, up_to_id bigint, source regclass default 'events.parsed'
) returns void
language plpgsql as $$
declare
    table_name text;
    first_id bigint;
    last_id bigint;
begin
    for table_name, first_id, last_id in execute format($sql$
        select case kind
                   when 'device_event' then 'device_events'
                   when 'fault_code' then 'fault_codes'
                   when 'fuel_reading' then 'fuel_readings'
                   when 'lbs_reading' then 'lbs_readings'
                   when 'obd_reading' then 'obd_readings'
                   when 'parking_reported' then 'parking_events'
                   when 'temperature_reading' then 'temperature_readings'
                   when 'trip_reported' then 'reported_trips'
               end as table_name, min(id), max(id)
        from %s
        where id > $1 and id <= $2
          and kind in ('device_event', 'fault_code', 'fuel_reading', 'lbs_reading', 'obd_reading',
                       'parking_reported', 'temperature_reading', 'trip_reported')
        group by kind
        order by table_name
    $sql$, source) using after_id, up_to_id
    loop
        execute format('select state.%I($1, $2, source => $3)', 'project_' || table_name)
        using first_id - 1, last_id, source;
    end loop;
end $$;
