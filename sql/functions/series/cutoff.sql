-- The time before which rows of a table are to leave it; null: none is.
create or replace function series.cutoff(target text) returns timestamptz
language sql stable as $$
    select least(now() - keep, (select min(series.kept_from(other)) from unnest(outlives) other))
    from series.retention where table_name = target;
$$;
