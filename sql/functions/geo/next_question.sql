-- Compare and set: which place to ask whom about now. The caller has it for `lease`, and has taken the geocoder's slot,
-- one in `every`, which all workers share; he commits before he calls. Of several geocoders the first that has not been
-- tried for the place and is not paused. No row: nothing is due; no cell: nobody may be asked for another `wait_s`.
create or replace function geo.next_question(geocoders text[], every interval, lease interval)
returns table (cell bigint, lat double precision, lon double precision, geocoder text, wait_s double precision)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    at_present timestamptz := clock_timestamp();
    usable text[] := array(
        select known.name from unnest(geocoders) with ordinality asked (name, place) join geo.geocoders known using (name)
        where known.paused_until <= at_present order by place);
    wanted geo.waiting;
    whom text;
begin
    select * into wanted from geo.waiting
    where waiting.due_at <= at_present and not waiting.tried @> usable
    order by waiting.priority, waiting.stood_at desc, waiting.cell limit 1
    for update skip locked;
    if not found then
        return;
    end if;
    select name into whom from unnest(usable) with ordinality u (name, place)
    where name <> all (wanted.tried) order by place limit 1;
    update geo.geocoders set free_at = at_present + every where name = whom and free_at <= at_present;
    if not found then
        return query
        select null::bigint, null::double precision, null::double precision, null::text,
               greatest(extract(epoch from free_at - at_present), 0)::double precision
        from geo.geocoders where name = whom;
        return;
    end if;
    update geo.waiting set due_at = at_present + lease where waiting.cell = wanted.cell;
    return query
    select wanted.cell, middle.lat, middle.lon, whom, 0.0::double precision
    from geo.middle_of(wanted.cell) middle;
end $$;
