-- Cities as administrators see them. Key: the name.
create or replace function serve.admin_cities(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select known.city, known.city,
           jsonb_build_object('city', known.city, 'vehicles', (
               select count(*) from domain.vehicles vehicle where (vehicle.city).value = known.city))
    from domain.assigned_cities known;
$$;
