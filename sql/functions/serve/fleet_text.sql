-- A fleet as {summary, geojson, and `more`}: now, or of the past where known_at is told (serve.one_a_vehicle). Filters
-- are ANDed, each optional: cost_centre, assigned_city, vehicle_numbers, driver, state (lists of names), date_range
-- {from, to} of the fix. One pass over the fleet: each feature is written beside what the summary counts, and nothing is
-- held twice. A table of one row, so that whoever calls it plans it once, and for the one fleet that is asked for.
create or replace function serve.fleet_text(
    filters jsonb, as_of timestamptz, known_at timestamptz, more text
) returns table (content text, in_scope bigint)
language sql stable as $$
    select concat(
        '{"summary":', json_build_object(
            'total', moving + parked + offline + unknown,
            'total_in_scope', in_scope,
            'by_state', json_build_object(
                'moving', moving, 'parked', parked, 'offline', offline, 'unknown', unknown),
            'by_city', (select coalesce(json_object_agg(city, vehicles), '{}') from (
                            select city, count(*) as vehicles
                            from unnest(cities) city group by 1 order by 2 desc, 1) counted),
            'by_cost_centre', (select coalesce(json_agg(counted order by slot nulls last), '[]') from (
                            select centre as name, coalesce(code, '—') as code,
                                   serve.palette_colour(slot) as colour, slot, count(*) as count
                            from unnest(cost_centres) centre left join domain.cost_centres on name = centre
                            group by 1, 2, 3, 4) counted),
            'as_of', as_of),
        ',"geojson":{"type":"FeatureCollection","features":[', features,
        ']}', more, '}'), in_scope
    from (
        select count(*) as in_scope,
               count(*) filter (where is_shown and state = 'moving') as moving,
               count(*) filter (where is_shown and state = 'parked') as parked,
               count(*) filter (where is_shown and state = 'offline') as offline,
               count(*) filter (where is_shown and state = 'unknown') as unknown,
               array_agg(coalesce(city, 'Unassigned')) filter (where is_shown) as cities,
               array_agg(coalesce(cost_centre, 'Unassigned')) filter (where is_shown) as cost_centres,
               string_agg(concat(
                   '{"type":"Feature","id":', vehicle_id, ',"geometry":',
                   case when lat is null then 'null'
                        else concat('{"type":"Point","coordinates":[', lon, ',', lat, ']}') end,
                   ',"properties":{', identity,
                   ',"state":"', state, '","style_class":"',
                   case when state = 'parked' and ignition and stale_at > as_of then 'idling' else state end,
                   '","stale_at":', coalesce(to_json(stale_at)::text, 'null'),
                   ',"offline_at":', coalesce(to_json(offline_at)::text, 'null'),
                   ',"heading_deg":', coalesce(heading_deg::text, 'null'),
                   ',"speed_kmh":', coalesce(speed_kmh::text, 'null'),
                   ',"ignition":', coalesce(ignition::text, 'null'),
                   ',"fixed_at":', coalesce(to_json(fixed_at)::text, 'null'),
                   ',"received_at":', coalesce(to_json(received_at)::text, 'null'),
                   ',"quality":', coalesce(to_json(quality)::text, 'null'),
                   ',"address":', case when any_address then coalesce(
                       (select to_json(address)::text from state.geocoded_positions
                        where cell = geo.cell_of(lat, lon)), 'null') else 'null' end,
                   '}}'), ',') filter (where is_shown) as features
        from (
            select *, fixed_at + limits.stale_fix as stale_at, heard_at + limits.offline as offline_at
            from serve.one_a_vehicle(as_of, known_at)
            cross join serve.thresholds() limits
            cross join (select exists (select from state.geocoded_positions) as any_address) addresses
            cross join lateral (select serve.operational_state(
                good_fixed_at, good_speed_kmh, heard_at,
                limits.moving_speed_kmh, limits.stale_fix, limits.offline, as_of) as state) now_is
            cross join lateral (select
                filters = '{}'
                or (not filters ? 'cost_centre' or filters->'cost_centre' ? coalesce(cost_centre, 'Unassigned'))
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
        ) vehicle
    ) fleet;
$$;
