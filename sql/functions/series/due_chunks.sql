-- The chunks of a series that are old enough to go, oldest first, and why one must stay for now.
create or replace function series.due_chunks(target text)
returns table (chunk regclass, lower_bound timestamptz, upper_bound timestamptz, held text)
language sql stable as $$
    select c.chunk, c.lower_bound, c.upper_bound, series.held(target, c.lower_bound, c.upper_bound)
    from series.chunks(target) c
    where c.lower_bound >= series.kept_from(target) and c.upper_bound <= series.cutoff(target)
    order by c.lower_bound;
$$;
