-- Queues the places where vehicles stand and that nobody has told the address of: parked ones first, then the
-- newest, `most` at the most; what does not fit is found again later. Looks once in `every`, whoever asks, and not
-- while half of that waits anyway: the look is over the whole fleet.
create or replace function geo.look_for_places(every interval, most integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update geo.lookout set looked_at = clock_timestamp() where looked_at <= clock_timestamp() - every;
    if not found or (select count(*) > most / 2 from geo.waiting where failures = 0) then
        return;
    end if;
    insert into geo.waiting as held (cell, priority, stood_at)
    select cell, min(priority), max(fixed_at)
    from (
        select geo.cell_of(lat, lon) as cell, fixed_at,
               case when (ignition).value is false then 0 else 1 end as priority
        from state.live_positions
        cross join serve.thresholds() limits
        where quality = 'gps' and coalesce(speed_kmh, 0) < limits.moving_speed_kmh
          and imei in (select imei from state.identities where valid_until = 'infinity')
    ) standing
    left join state.geocoded_positions known using (cell)
    where known.cell is null or known.last_asked_at < clock_timestamp() - geo.good_for(known.precision)
    group by cell
    order by min(priority), max(fixed_at) desc, cell
    limit most
    on conflict (cell) do update set priority = excluded.priority, stood_at = excluded.stood_at
    where (held.priority, held.stood_at) is distinct from (excluded.priority, excluded.stood_at);
    delete from geo.waiting where cell in (
        select cell from geo.waiting order by priority, stood_at desc, cell offset most);
end $$;
