-- How far back a table reaches: rows of before have left it by retention. -infinity: none has.
create or replace function series.kept_from(target text) returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select kept_from from series.horizons where table_name = target), '-infinity');
$$;
