-- Where the rows of a kind of fact are: the table, the columns of its key, and what in it (held) is the row of a fact
-- (said); won_if says what else the row must have of the fact that it is made of. A new table with a raw_id is one line here.
create or replace function serve.tables_of_fact(fact_kind text)
returns table (table_name text, key_columns text[], same text, won_if text)
language sql immutable as $$
    select name, string_to_array(columns, ' '), condition,
           case name when 'state.live_positions' then 'held.fixed_at = said.occurred_at' else 'true' end
    from (values
        ('position_fix', 'state.position_history', 'imei fixed_at', 'held.fixed_at = said.occurred_at'),
        ('position_fix', 'state.live_positions', 'imei', 'true'),
        ('heartbeat', 'state.heartbeats', 'imei beat_at', 'held.beat_at = said.occurred_at'),
        ('alarm', 'state.alarms', 'imei raised_at origin class code cleared',
         $key$held.raised_at = said.occurred_at and held.origin = said.data->>'origin'
              and held.class = said.data->>'class' and held.code = said.data->>'code'
              and held.cleared = coalesce((said.data->>'cleared')::boolean, false)$key$),
        ('trip_reported', 'state.reported_trips', 'imei started_at origin',
         $key$held.started_at = said.occurred_at and held.origin = said.data->>'origin'$key$),
        ('parking_reported', 'state.parking_events', 'imei started_at origin engine',
         $key$held.started_at = said.occurred_at and held.engine = case (said.data->>'idle')::boolean
              when true then 'on' when false then 'off' else 'unknown' end$key$),
        ('obd_reading', 'state.obd_readings', 'imei read_at origin',
         $key$held.read_at = said.occurred_at and held.origin = said.data->>'origin'$key$),
        ('fault_code', 'state.fault_codes', 'imei seen_at origin code',
         $key$held.seen_at = said.occurred_at and held.origin = said.data->>'origin'
              and held.code = said.data->>'code'$key$),
        ('fuel_reading', 'state.fuel_readings', 'imei read_at unit',
         $key$held.read_at = said.occurred_at and held.unit = case when said.data ? 'fuel_l' then 'l'
              when said.data ? 'fuel_pct' then 'pct' else coalesce(said.data->>'unit', 'unknown') end$key$),
        ('temperature_reading', 'state.temperature_readings', 'imei read_at', 'held.read_at = said.occurred_at'),
        ('lbs_reading', 'state.lbs_readings', 'imei heard_at quality',
         $key$held.heard_at = said.occurred_at and held.quality = coalesce(said.data->>'quality', 'unknown')$key$),
        ('device_event', 'state.device_events', 'imei happened_at event content_hash',
         $key$held.happened_at = said.occurred_at and held.event = said.data->>'event'
              and held.content_hash = jsonb_hash_extended(said.data, 0)$key$)
    ) held (kind, name, columns, condition)
    where kind = fact_kind;
$$;
