-- Mounts cut at EAT midnights, from the first fix that we have of each device to its last.
create or replace function state.mount_days(mounts state.mounts[])
returns table (imei text, vehicle_id bigint, day date, valid_from timestamptz, valid_until timestamptz, class_rank smallint)
language sql stable as $$
    select mount.imei, mount.vehicle_id, day::date, greatest(mount.valid_from, domain.eat_midnight(day::date)),
           least(mount.valid_until, domain.eat_midnight(day::date + 1)), mount.class_rank
    from unnest(mounts) mount
    cross join lateral (select min(fixed_at) as first_at, max(fixed_at) as last_at
                        from state.position_history fix where fix.imei = mount.imei) heard
    cross join lateral generate_series(
        domain.eat_day(greatest(mount.valid_from, heard.first_at))::timestamp,
        domain.eat_day(least(mount.valid_until, heard.last_at))::timestamp, interval '1 day') day
    where heard.first_at is not null and mount.valid_until > domain.eat_midnight(day::date);
$$;
