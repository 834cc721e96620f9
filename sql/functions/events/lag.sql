-- What waits between the stages: raw rows not yet handed out or still claimed, facts not yet folded,
-- vehicle-days that are due to be.
create or replace function events.lag()
returns table (stage text, waiting bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select 'parse', (select coalesce(max(id), 0) from events.raw)
                    - least((select handed_out from events.frontiers where stage = 'parse'),
                            (select min(after_id) from events.claims where stage = 'parse'))
    union all
    select projector, (select events.newest_fact()) - position from events.cursors
    union all
    select 'vehicle_days', count(*) from events.days_to_fold where due_at <= clock_timestamp();
$$;
