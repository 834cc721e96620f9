-- Adds to the hourly count of pushes by source and outcome.
create or replace function auth.add_push_tally(push_source text, push_outcome text, more bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into auth.push_tally values (date_trunc('hour', clock_timestamp()), push_source, push_outcome, more)
    on conflict (hour, source, outcome) do update set pushes = push_tally.pushes + excluded.pushes;
$$;
