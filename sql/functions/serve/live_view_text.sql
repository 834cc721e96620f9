-- The live page's whole payload, {summary, geojson, slo_status}, as text: see serve.fleet_text for the filters.
-- Errors: invalid_parameter_value for a filter that does not exist.
create or replace function serve.live_view_text(filters jsonb, viewer bigint, as_of timestamptz) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set work_mem = '64MB' set jit = off as $$
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    return (select content from serve.fleet_text(
        filters, as_of, null,
        (select concat(',"slo_status":', coalesce(json_agg(level), '[]')) from slo.fn_status(as_of) level)));
end $$;
