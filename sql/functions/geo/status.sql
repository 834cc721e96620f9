-- How geocoding fares: {waiting, retrying, geocoders: {name: {…}}}. Of whoever was ever asked; no place, no address.
create or replace function geo.status() returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select json_build_object(
        'waiting', (select count(*) from geo.waiting),
        'retrying', (select count(*) from geo.waiting where failures > 0),
        'geocoders', (select coalesce(json_object_agg(name, json_build_object(
            'succeeded_at', succeeded_at,
            'failed_at', failed_at,
            'problem', problem,
            'failures_in_a_row', failures_in_a_row,
            'paused_until', nullif(paused_until, '-infinity'))), '{}')
            from geo.geocoders where succeeded_at is not null or failed_at is not null));
$$;
