-- Cost centres as administrators see them. Key: the name.
create or replace function serve.admin_cost_centres(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select centre.name, concat_ws(' ', centre.name, centre.code),
           jsonb_build_object(
               'name', centre.name, 'code', centre.code, 'slot', centre.slot,
               'colour', serve.palette_colour(centre.slot),
               'vehicles', (select count(*) from domain.vehicles vehicle
                            where (vehicle.cost_centre).value = centre.name))
    from domain.cost_centres centre;
$$;
