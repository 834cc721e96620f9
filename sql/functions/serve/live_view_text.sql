-- The live page's whole payload, {summary, geojson, slo_status}, as text. Filters are ANDed, each optional:
-- cost_centre, assigned_city, vehicle_numbers, driver, state (lists of names), date_range {from, to} of the fix.
-- The fleet is read once: each vehicle brings the text of its feature beside what the summary counts.
-- Errors: invalid_parameter_value for a filter that does not exist.
create or replace function serve.live_view_text(filters jsonb, viewer bigint, as_of timestamptz) returns text
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set work_mem = '64MB' set jit = off as $$
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    return (
        with fleet as materialized (
            select state, coalesce(city, 'Unassigned') as city, cost_centre, cost_centre_code, colour, slot, is_shown,
                   case when is_shown then concat(
                       '{"type":"Feature","id":', vehicle_id, ',"geometry":',
                       case when lat is null then 'null'
                            else concat('{"type":"Point","coordinates":[', lon, ',', lat, ']}') end,
                       ',"properties":', (select row_to_json(properties) from (select
                            vehicle_id, plate, plate_tail, imei, cost_centre, city, driver, state, lifecycle,
                            style_class, colour, cost_centre_code, stale_at, offline_at, search_text, heading_deg,
                            speed_kmh, ignition, fixed_at, received_at, quality, address) properties), '}')
                   end as feature
            from serve.live_vehicles_at(as_of)
            cross join lateral (select
                (not filters ? 'cost_centre' or filters->'cost_centre' ? cost_centre)
                and (not filters ? 'assigned_city' or filters->'assigned_city' ? coalesce(city, 'Unassigned'))
                and (not filters ? 'state' or filters->'state' ? state)
                and (not filters ? 'driver' or filters->'driver' ? coalesce(driver, ''))
                and (not filters ? 'vehicle_numbers' or serve.normalize_plate(plate) in (
                    select serve.normalize_plate(number)
                    from jsonb_array_elements_text(filters->'vehicle_numbers') number))
                and (filters#>>'{date_range,from}' is null
                     or coalesce(fixed_at >= (filters#>>'{date_range,from}')::timestamptz, false))
                and (filters#>>'{date_range,to}' is null
                     or coalesce(fixed_at < (filters#>>'{date_range,to}')::timestamptz, false)) as is_shown) filtered
            order by vehicle_id
        )
        select concat(
            '{"summary":', json_build_object(
                'total', count(*) filter (where is_shown),
                'total_in_scope', count(*),
                'by_state', json_build_object(
                    'moving', count(*) filter (where is_shown and state = 'moving'),
                    'parked', count(*) filter (where is_shown and state = 'parked'),
                    'offline', count(*) filter (where is_shown and state = 'offline'),
                    'unknown', count(*) filter (where is_shown and state = 'unknown')),
                'by_city', (select coalesce(json_object_agg(city, vehicles), '{}') from (
                                select city, count(*) as vehicles
                                from fleet where is_shown group by 1 order by 2 desc, 1) counted),
                'by_cost_centre', (select coalesce(json_agg(counted order by slot nulls last), '[]') from (
                                select cost_centre as name, cost_centre_code as code, colour, slot, count(*) as count
                                from fleet where is_shown group by 1, 2, 3, 4) counted),
                'as_of', as_of),
            ',"geojson":{"type":"FeatureCollection","features":[', string_agg(feature, ','),
            ']},"slo_status":', (select coalesce(json_agg(level), '[]') from slo.fn_status(as_of) level),
            '}')
        from fleet
    );
end $$;
