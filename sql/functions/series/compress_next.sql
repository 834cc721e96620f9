-- Compresses the oldest chunk of a series that is due for it, and one again that rows have come to since; returns its
-- name, or null. Native partitions have no compression but that of long values, which is always on. Whoever reads the
-- chunk is waited for a second only: behind a lock that waits, everybody waits.
create or replace function series.compress_next(target text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
declare
    cutoff timestamptz := (select now() - compress_after from series.retention where table_name = target);
    due regclass;
begin
    if cutoff is null or series.engine() <> 'timescale' then
        return null;
    end if;
    perform series.allow_compression(target);
    select c.chunk into due from series.chunks(target) c
    where c.upper_bound <= cutoff and not series.is_packed(c.chunk)
    order by c.lower_bound limit 1;
    if due is null then
        return null;
    end if;
    execute format('select public.compress_chunk(%L::regclass)', due);
    if (select append_only from series.catalog where table_name = target) then
        perform series.guard_packed(due);
    end if;
    return due::text;
end $$;
