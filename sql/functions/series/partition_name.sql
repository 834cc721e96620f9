-- What the native partition of a series is called that begins then.
create or replace function series.partition_name(target text, lower_bound timestamptz) returns text
language sql stable as $$
    select target || to_char(lower_bound at time zone 'UTC', '"_p"YYYYMMDD');
$$;
