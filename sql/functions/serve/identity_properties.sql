-- The properties of a vehicle's feature that follow from who it is, as JSON without its braces.
create or replace function serve.identity_properties(
    vehicle_id bigint, plate text, plate_key text, imei text, cost_centre text, city text, driver text, lifecycle text
) returns text
language sql stable as $$
    select btrim((select row_to_json(told)::text from (select
        vehicle_id, plate, right(plate_key, 4) as plate_tail, imei, coalesce(cost_centre, 'Unassigned') as cost_centre,
        city, driver, lifecycle, serve.palette_colour(centre.slot) as colour,
        coalesce(centre.code, '—') as cost_centre_code,
        lower(concat_ws(' ', plate, plate_key, driver, cost_centre, city, imei)) as search_text) told), '{}')
    from (values (true)) once
    left join domain.cost_centres centre on centre.name = cost_centre;
$$;
