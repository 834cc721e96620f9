-- Folds a fact that was set aside, or says what is wrong with it still; null: it is folded.
create or replace function events.retry_set_aside(projector_name text, fact bigint) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    problem text;
begin
    if not pg_try_advisory_xact_lock_shared(4201, 5) then   -- what is being built would miss it
        return 'a replay is under way: try again when it is done';
    end if;
    perform from events.cursors where projector = projector_name for update;
    problem := case when exists (select from events.parsed where id = fact)
                    then events.fold(projector_name, fact - 1, fact)
                    else 'the fact is beyond retention' end;
    if problem is null then
        delete from events.set_aside where projector = projector_name and fact_id = fact;
    else
        update events.set_aside set error = left(problem, 500), tried_at = clock_timestamp()
        where projector = projector_name and fact_id = fact;
    end if;
    return problem;
end $$;
