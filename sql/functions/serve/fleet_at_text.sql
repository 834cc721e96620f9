-- The whole fleet at an instant, {summary, geojson, at, known_at}, as text; filters as the live view's. Without known_at
-- as it was, by the devices' clocks and all that we know today; with it, as it was known then: from nothing but what
-- had reached us by known_at. serve.past_devices says how both are made.
-- Errors: invalid_parameter_value for a filter that does not exist, or an instant of which nothing is kept.
create or replace function serve.fleet_at_text(
    at timestamptz, known_at timestamptz, filters jsonb, viewer bigint
) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set work_mem = '64MB' set jit = off set plan_cache_mode = force_custom_plan as $$
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    perform serve.refuse_forgotten(at, known_at);
    return (select content from serve.fleet_text(
        filters, at, coalesce(known_at, 'infinity'),
        concat(',"at":', to_json(at), ',"known_at":', coalesce(to_json(known_at)::text, 'null'))));
end $$;
