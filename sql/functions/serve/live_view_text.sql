-- The live page's whole payload, {summary, geojson, slo_status}, as text: see serve.fleet_text for the filters.
-- Planned once a session: the fleet of the past, which it does not ask for, is planned along with it.
-- Errors: invalid_parameter_value for a filter that does not exist.
create or replace function serve.live_view_text(filters jsonb, viewer bigint, as_of timestamptz) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set work_mem = '64MB' set jit = off
set plan_cache_mode = force_generic_plan as $$
declare
    slo_status text := (select concat(',"slo_status":', coalesce(json_agg(level), '[]')) from slo.fn_status(as_of) level);
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    return (select content from serve.fleet_text(filters, as_of, null, slo_status));
end $$;
