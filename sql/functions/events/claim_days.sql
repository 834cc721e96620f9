-- The marks that have been due for longest, for a worker; none when nothing is due. Whoever dies leaves leases that run
-- out. The claim is committed before the fold, so that nobody who marks a day meanwhile waits for it. A claim that a
-- crash of the server undoes is made again, so its commit waits for no disk.
-- Days of which fixes have left the history are folded no more: what is left of them would replace the whole.
create or replace function events.claim_days(worker_name text, lease interval, most integer)
returns setof events.days_to_fold
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from events.days_to_fold
    where day < domain.eat_day(series.kept_from('state.position_history') + interval '1 day'
                               - interval '1 microsecond');
    return query
    with due as materialized (
        select day, imei, vehicle_id from events.days_to_fold
        where due_at <= clock_timestamp() and (lease_until is null or lease_until < clock_timestamp())
        order by due_at limit most for update skip locked
    )
    update events.days_to_fold held set worker = worker_name, lease_until = clock_timestamp() + lease
    from due where (held.day, held.imei, held.vehicle_id) = (due.day, due.imei, due.vehicle_id)
    returning held.*;
end $$;
