-- What waits between the stages: raw rows not yet handed out or still claimed, facts not yet folded,
-- vehicle-days that are due to be.
create or replace function events.lag()
returns table (stage text, waiting bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select 'parse', coalesce((select max(id) from events.raw where id > handed_out), handed_out)
                    - least(handed_out, (select min(after_id) from events.claims where claims.stage = 'parse'))
    from events.frontiers where frontiers.stage = 'parse'
    union all
    select projector, (select events.newest_fact()) - position from events.cursors
    union all
    select 'vehicle_days', count(*) from events.days_to_fold where due_at <= clock_timestamp();
$$;
