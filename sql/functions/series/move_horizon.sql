-- A table reaches back to `kept_from` from now on. It never reaches further back again.
create or replace function series.move_horizon(target text, kept_from timestamptz) returns void
language sql as $$
    insert into series.horizons as held (table_name, kept_from) values (target, move_horizon.kept_from)
    on conflict (table_name) do update set kept_from = excluded.kept_from, moved_at = clock_timestamp()
    where held.kept_from < excluded.kept_from;
$$;
