-- How many facts each projector has set aside; none without any.
create or replace function events.set_aside_counts() returns table (projector text, facts bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select projector, count(*) from events.set_aside group by projector order by projector;
$$;
