-- What is known of every device: when it was heard, and what listings say of it. A listing that leaves
-- a value out does not erase it. Facts: all that a device said, and device_listed.
create or replace function state.project_devices(
    after_id bigint, up_to_id bigint,
    target regclass default 'state.devices', source regclass default 'events.parsed'
) returns void
language plpgsql as $$
declare
    listed text[];
begin
    execute format($sql$
        insert into %1$s as held (imei, first_heard_at, heard_at)
        select imei, min(occurred_at), max(occurred_at)
        from %2$s
        where id > $1 and id <= $2 and imei is not null
          and source in ('jimi.push', 'jimi.poll') and kind <> 'device_listed'
        group by imei
        on conflict (imei) do update set
            first_heard_at = least(held.first_heard_at, excluded.first_heard_at),
            heard_at = greatest(held.heard_at, excluded.heard_at)
        where held.heard_at is null
           or excluded.heard_at > held.heard_at or excluded.first_heard_at < held.first_heard_at
    $sql$, target, source) using after_id, up_to_id;

    execute format($sql$
      with written as (
        insert into %1$s as held (imei, name, plate, driver, phone, sim, model, device_group, account,
                                expires_at, enabled)
        select imei,
               state.latest(state.known(data->>'name', occurred_at)),
               state.latest(state.known(data->>'plate', occurred_at)),
               state.latest(state.known(data->>'driver', occurred_at)),
               state.latest(state.known(data->>'phone', occurred_at)),
               state.latest(state.known(data->>'sim', occurred_at)),
               state.latest(state.known(data->>'model', occurred_at)),
               state.latest(state.known(data->>'group', occurred_at)),
               state.latest(state.known(data->>'account', occurred_at)),
               state.latest(state.known(data->>'expires_at', occurred_at)),
               state.latest(state.known(data->>'enabled', occurred_at))
        from %2$s
        where id > $1 and id <= $2 and kind = 'device_listed'
        group by imei
        on conflict (imei) do update set
            name = state.later(held.name, excluded.name),
            plate = state.later(held.plate, excluded.plate),
            driver = state.later(held.driver, excluded.driver),
            phone = state.later(held.phone, excluded.phone),
            sim = state.later(held.sim, excluded.sim),
            model = state.later(held.model, excluded.model),
            device_group = state.later(held.device_group, excluded.device_group),
            account = state.later(held.account, excluded.account),
            expires_at = state.later(held.expires_at, excluded.expires_at),
            enabled = state.later(held.enabled, excluded.enabled)
        returning imei)
      select array_agg(imei) from written
    $sql$, target, source) into listed using after_id, up_to_id;

    if target = 'state.devices'::regclass then
        perform state.refresh_identities(listed);
    end if;
end $$;
