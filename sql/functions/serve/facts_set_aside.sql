-- Facts that projectors could not fold, as the API gives them, in the order of their numbers.
create or replace function serve.facts_set_aside(
    of_projector text default null, after_fact bigint default 0, after_projector text default '',
    page_size integer default 100
) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select to_jsonb(aside) from events.set_aside aside
    where (of_projector is null or projector = of_projector)
      and (fact_id, projector) > (after_fact, after_projector)
    order by fact_id, projector
    limit page_size;
$$;
