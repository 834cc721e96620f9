-- Drops the oldest chunk of a series that is due, unless something holds it; returns its name, or null.
-- Whoever reads the table is waited for a second only: behind a lock that waits, everybody waits.
create or replace function series.drop_next(target text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '1s' as $$
declare
    oldest record;
begin
    if not pg_try_advisory_xact_lock_shared(4201, 5) then
        raise exception 'a replay is under way, which needs what it has begun with'
            using errcode = 'lock_not_available', hint = 'it is tried again by itself';
    end if;
    select * into oldest from series.due_chunks(target) limit 1;
    if not found or oldest.held is not null then
        return null;
    end if;
    perform series.drop_before(target, oldest.upper_bound);
    perform series.move_horizon(target, oldest.upper_bound);
    return oldest.chunk::text;
end $$;
