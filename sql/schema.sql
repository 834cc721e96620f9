-- The schema of a fresh database, written by `make snapshot`. Read it; never edit or apply it.

CREATE SCHEMA auth;

ALTER SCHEMA auth OWNER TO fleet_owner;

CREATE SCHEMA domain;

ALTER SCHEMA domain OWNER TO fleet_owner;

CREATE SCHEMA drift;

ALTER SCHEMA drift OWNER TO fleet_owner;

CREATE SCHEMA events;

ALTER SCHEMA events OWNER TO fleet_owner;

CREATE SCHEMA geo;

ALTER SCHEMA geo OWNER TO fleet_owner;

CREATE SCHEMA series;

ALTER SCHEMA series OWNER TO fleet_owner;

CREATE SCHEMA serve;

ALTER SCHEMA serve OWNER TO fleet_owner;

CREATE SCHEMA slo;

ALTER SCHEMA slo OWNER TO fleet_owner;

CREATE SCHEMA state;

ALTER SCHEMA state OWNER TO fleet_owner;

CREATE TYPE geo.address_precision AS ENUM (
    'nothing',
    'area',
    'place',
    'street'
);

ALTER TYPE geo.address_precision OWNER TO fleet_owner;

CREATE TYPE state.known_flag AS (
	value boolean,
	as_of timestamp with time zone
);

ALTER TYPE state.known_flag OWNER TO fleet_owner;

CREATE TYPE state.known_number AS (
	value double precision,
	as_of timestamp with time zone
);

ALTER TYPE state.known_number OWNER TO fleet_owner;

CREATE TYPE state.known_text AS (
	value text,
	as_of timestamp with time zone
);

ALTER TYPE state.known_text OWNER TO fleet_owner;

CREATE FUNCTION auth.active_push_credentials() RETURNS TABLE(name text, source text, secret_sha256 bytea, sealed_key text, account_id integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select name, source, secret_sha256, sealed_key, account_id from auth.push_credentials where active;
$$;

ALTER FUNCTION auth.active_push_credentials() OWNER TO fleet_owner;

CREATE FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into auth.push_tally values (date_trunc('hour', clock_timestamp()), push_source, push_outcome, more)
    on conflict (hour, source, outcome) do update set pushes = push_tally.pushes + excluded.pushes;
$$;

ALTER FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) OWNER TO fleet_owner;

CREATE FUNCTION auth.ask_reparse(row_id bigint, who text, to_apply boolean, OUT request bigint, OUT refusal text) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    refusal := case when not exists (select from events.raw where id = row_id) then 'no_such_row'
                    when exists (select from events.still_waiting(array[row_id])) then 'still_waiting' end;
    insert into auth.access_log (username, action, outcome, detail)
    values (who, 'reparse', coalesce(refusal, 'ok'), jsonb_build_object('raw_id', row_id, 'apply', to_apply));
    delete from events.reparse_requests where asked_at < clock_timestamp() - interval '1 hour';
    if refusal is null then
        insert into events.reparse_requests (raw_id, apply, asked_by) values (row_id, to_apply, who)
        returning request_id into request;
        perform pg_notify('events_reparse', '');
    end if;
end $$;

ALTER FUNCTION auth.ask_reparse(row_id bigint, who text, to_apply boolean, OUT request bigint, OUT refusal text) OWNER TO fleet_owner;

CREATE FUNCTION auth.close_session(token bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update auth.tokens set revoked_at = clock_timestamp()
    where revoked_at is null
      and session_id = (select session_id from auth.tokens where token_sha256 = token);
$$;

ALTER FUNCTION auth.close_session(token bytea) OWNER TO fleet_owner;

CREATE FUNCTION auth.find_account(name text) RETURNS TABLE(auth_account_id bigint, username text, password_hash text, scopes text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select auth_account_id, username, password_hash, scopes
    from auth.accounts where username = lower(name) and disabled_at is null;
$$;

ALTER FUNCTION auth.find_account(name text) OWNER TO fleet_owner;

CREATE FUNCTION auth.hold_upstream_token(app text, vendor_user text, hold_for interval, every interval) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update auth.upstream_tokens set spent_until = greatest(spent_until, clock_timestamp() + hold_for + every)
    where app_key = app and user_id = vendor_user;
$$;

ALTER FUNCTION auth.hold_upstream_token(app text, vendor_user text, hold_for interval, every interval) OWNER TO fleet_owner;

CREATE FUNCTION auth.lease_upstream_token(app text, vendor_user text, seen_version bigint, lease_for interval, every interval) RETURNS TABLE(state text, granted uuid, wait_s double precision)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    held auth.upstream_tokens;
    at_present timestamptz := clock_timestamp();
begin
    insert into auth.upstream_tokens (app_key, user_id) values (app, vendor_user) on conflict do nothing;
    select * into held from auth.upstream_tokens where app_key = app and user_id = vendor_user for update;
    if held.version <> seen_version then
        return query select 'changed', null::uuid, 0.0::double precision;
    elsif held.lease_until > at_present then
        return query select 'leased', null::uuid, extract(epoch from held.lease_until - at_present)::double precision;
    elsif held.spent_until > at_present + every then
        return query select 'too_soon', null::uuid,
                            extract(epoch from held.spent_until - every - at_present)::double precision;
    else
        return query
        update auth.upstream_tokens set
            lease_id = gen_random_uuid(),
            lease_until = at_present + lease_for,
            spent_until = greatest(spent_until, at_present) + every
        where app_key = app and user_id = vendor_user
        returning 'granted', lease_id, 0.0::double precision;
    end if;
end $$;

ALTER FUNCTION auth.lease_upstream_token(app text, vendor_user text, seen_version bigint, lease_for interval, every interval) OWNER TO fleet_owner;

CREATE FUNCTION auth.locked_until(name text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select max(at) + interval '15 minutes'
    from auth.access_log
    where username = lower(name) and action = 'login' and outcome = 'refused'
      and at > clock_timestamp() - interval '15 minutes'
      and at > (select coalesce(max(at), '-infinity') from auth.access_log
                where username = lower(name) and action = 'login' and outcome = 'ok')
    having count(*) >= 5;
$$;

ALTER FUNCTION auth.locked_until(name text) OWNER TO fleet_owner;

CREATE FUNCTION auth.note_login(name text, succeeded boolean, client text) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    insert into auth.access_log (username, action, outcome, detail)
    values (lower(name), 'login', case when succeeded then 'ok' else 'refused' end,
            jsonb_build_object('client', client));
    return auth.locked_until(name);
end $$;

ALTER FUNCTION auth.note_login(name text, succeeded boolean, client text) OWNER TO fleet_owner;

CREATE FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into auth.tokens (token_sha256, auth_account_id, session_id, session_ends_at)
    values (token_sha256, account, gen_random_uuid(), clock_timestamp() + lifetime)
    returning session_id;
$$;

ALTER FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) OWNER TO fleet_owner;

CREATE FUNCTION auth.read_raw(raw_id bigint, who text, most_bytes integer) RETURNS TABLE(received_at timestamp with time zone, source text, topic text, content_type text, size integer, head bytea, rejections jsonb)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    insert into auth.access_log (username, action, outcome, detail)
    select who, 'read_raw', case when exists (select from events.raw where id = read_raw.raw_id)
                                 then 'ok' else 'not_found' end, jsonb_build_object('raw_id', read_raw.raw_id);
    return query
        select raw.received_at, raw.source, raw.topic, raw.content_type, octet_length(raw.body),
               substr(raw.body, 1, most_bytes),
               (select coalesce(jsonb_agg(jsonb_build_object('item', item, 'reason', reason, 'detail', detail,
                                                             'parser_version', parser_version) order by item), '[]')
                from events.rejected refused
                where refused.received_at = raw.received_at and refused.raw_id = raw.id)
        from events.raw where raw.id = read_raw.raw_id;
end $$;

ALTER FUNCTION auth.read_raw(raw_id bigint, who text, most_bytes integer) OWNER TO fleet_owner;

CREATE FUNCTION auth.read_upstream_token(app text, vendor_user text) RETURNS TABLE(sealed text, expires_at timestamp with time zone, version bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select sealed, expires_at, version from auth.upstream_tokens
    where app_key = app and user_id = vendor_user and sealed is not null;
$$;

ALTER FUNCTION auth.read_upstream_token(app text, vendor_user text) OWNER TO fleet_owner;

CREATE FUNCTION auth.release_upstream_token(lease uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update auth.upstream_tokens set lease_id = null, lease_until = '-infinity' where lease_id = lease;
$$;

ALTER FUNCTION auth.release_upstream_token(lease uuid) OWNER TO fleet_owner;

CREATE FUNCTION auth.reparse_outcome(request bigint) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select outcome from events.reparse_requests where request_id = request;
$$;

ALTER FUNCTION auth.reparse_outcome(request bigint) OWNER TO fleet_owner;

CREATE FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) RETURNS TABLE(auth_account_id bigint, username text, scopes text[], session_ends_at timestamp with time zone, session_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    token auth.tokens;
begin
    select * into token from auth.tokens t where t.token_sha256 = old_sha256 for update;
    if token.used_at < clock_timestamp() - interval '30 seconds' then
        update auth.tokens t set revoked_at = clock_timestamp()
        where t.session_id = token.session_id and t.revoked_at is null;
        return;
    end if;
    if token.token_sha256 is null or token.revoked_at is not null
       or token.session_ends_at <= clock_timestamp() then
        return;
    end if;
    update auth.tokens t set used_at = coalesce(t.used_at, clock_timestamp()) where t.token_sha256 = old_sha256;
    insert into auth.tokens (token_sha256, auth_account_id, session_id, session_ends_at)
    values (new_sha256, token.auth_account_id, token.session_id, token.session_ends_at);
    return query
        select a.auth_account_id, a.username, a.scopes, token.session_ends_at, token.session_id
        from auth.accounts a where a.auth_account_id = token.auth_account_id and a.disabled_at is null;
end $$;

ALTER FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) OWNER TO fleet_owner;

CREATE FUNCTION auth.save_upstream_token(lease uuid, sealed_token text, token_expires_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update auth.upstream_tokens set
        sealed = sealed_token, expires_at = token_expires_at, version = version + 1,
        lease_id = null, lease_until = '-infinity'
    where lease_id = lease
    returning version;
$$;

ALTER FUNCTION auth.save_upstream_token(lease uuid, sealed_token text, token_expires_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION auth.withdraw_reparse(request bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    delete from events.reparse_requests where request_id = request and outcome is null;
    return found;
end $$;

ALTER FUNCTION auth.withdraw_reparse(request bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.account_code(account integer) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select code from domain.accounts where account_id = account;
$$;

ALTER FUNCTION domain.account_code(account integer) OWNER TO fleet_owner;

CREATE FUNCTION domain.code_candidates(centre text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE
    AS $$
    with words as (
        select upper(word) as word, place
        from regexp_split_to_table(regexp_replace(centre, '[^[:alnum:]]+', ' ', 'g'), ' +')
             with ordinality as split (word, place)
        where word <> ''
    ), letters as (
        select coalesce(left(string_agg(left(word, 1), '' order by place), 3), '') as initials,
               coalesce(left(string_agg(word, '' order by place), 3), '') as start
        from words
    )
    select initials from letters where length(initials) >= 2
    union all select start from letters where length(start) >= 2
    union all select left(coalesce(nullif(start, ''), 'C'), 1) || number
              from letters, generate_series(1, 999) as number;
$$;

ALTER FUNCTION domain.code_candidates(centre text) OWNER TO fleet_owner;

CREATE FUNCTION domain.devices_to_poll(account integer) RETURNS TABLE(imei text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select imei from domain.devices
    where account_id = account and lifecycle in ('provisioned', 'active')
    order by imei;
$$;

ALTER FUNCTION domain.devices_to_poll(account integer) OWNER TO fleet_owner;

CREATE FUNCTION domain.eat_day(at timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select (at at time zone 'Africa/Nairobi')::date $$;

ALTER FUNCTION domain.eat_day(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION domain.eat_midnight(day date) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select day::timestamp at time zone 'Africa/Nairobi' $$;

ALTER FUNCTION domain.eat_midnight(day date) OWNER TO fleet_owner;

CREATE FUNCTION domain.held_against(claims jsonb) RETURNS TABLE(place bigint, known boolean, held text, same boolean)
    LANGUAGE sql STABLE
    AS $$
    select claim.place, coalesce(found.known, false), found.held,
           coalesce(found.held = claim.value
                    or (claim.thing = 'device' and claim.field = 'plate'
                        and serve.normalize_plate(found.held) = serve.normalize_plate(claim.value)), false)
    from (select ordinality as place, told->>0 as thing, told->>1 as key, told->>2 as field, told->>3 as value
          from jsonb_array_elements(claims) with ordinality as listed (told, ordinality)) claim
    left join lateral (
        select true as known,
               case claim.field
                   when 'driver' then (select driver.name from domain.driver_assignments assigned
                                       join domain.drivers driver using (driver_id)
                                       where assigned.vehicle_id = vehicle.vehicle_id and assigned.valid_from <= now()
                                       order by assigned.valid_from desc limit 1)
                   else to_jsonb(vehicle)->claim.field->>'value' end as held
        from domain.vehicles vehicle
        where claim.thing = 'vehicle' and vehicle.plate_key = serve.normalize_plate(claim.key)
        union all
        select true,
               case claim.field
                   when 'plate' then (select (vehicle.plate).value from domain.device_assignments assigned
                                      join domain.vehicles vehicle using (vehicle_id)
                                      where assigned.imei = device.imei and assigned.valid_from <= now()
                                      order by assigned.valid_from desc limit 1)
                   else (device.class).value end
        from domain.devices device where claim.thing = 'device' and device.imei = claim.key
        union all
        select true, case claim.field when 'name' then driver.name
                                      else to_jsonb(driver)->claim.field->>'value' end
        from domain.drivers driver where claim.thing = 'driver' and driver.name = claim.key
        union all
        select true, case claim.field when 'name' then centre.name else centre.code end
        from domain.cost_centres centre where claim.thing = 'cost centre' and centre.name = claim.key
        union all
        select true, centre.name from domain.cost_centres centre where claim.thing = 'code' and centre.code = claim.key
    ) found on true;
$$;

ALTER FUNCTION domain.held_against(claims jsonb) OWNER TO fleet_owner;

CREATE FUNCTION domain.id_of(kind text, natural_key text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select ('x' || substr(md5(kind || ':' || natural_key), 1, 13))::bit(52)::bigint;
$$;

ALTER FUNCTION domain.id_of(kind text, natural_key text) OWNER TO fleet_owner;

CREATE FUNCTION domain.lifecycle_of(device text, first_good_fix_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select coalesce((
        select (array_agg(to_state))[count(*)::integer] from domain.lifecycle_steps(device, first_good_fix_at) where taken
    ), 'provisioned');
$$;

ALTER FUNCTION domain.lifecycle_of(device text, first_good_fix_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION domain.lifecycle_steps(device text, first_good_fix_at timestamp with time zone) RETURNS TABLE(at timestamp with time zone, from_state text, to_state text, stated_by text, reason text, taken boolean)
    LANGUAGE plpgsql STABLE
    AS $$
declare
    reached text := 'provisioned';
begin
    for at, to_state, stated_by, reason in
        select step.at, step.to_state, step.stated_by, step.reason from (
            select first_good_fix_at, 'active', 'first good fix', null where first_good_fix_at is not null
            union all
            select stated.stated_at, stated.to_state, stated.stated_by, stated.reason
            from domain.lifecycle_statements stated where stated.imei = device
        ) step (at, to_state, stated_by, reason)
        order by step.at, step.to_state, step.stated_by
    loop
        from_state := reached;
        taken := case when stated_by = 'first good fix' then reached = 'provisioned'
                      else exists (select from domain.lifecycle_transitions allowed
                                   where allowed.from_state = reached and allowed.to_state = lifecycle_steps.to_state) end;
        if taken then
            reached := to_state;
            return next;
        elsif stated_by <> 'first good fix' then
            return next;
        end if;
    end loop;
end $$;

ALTER FUNCTION domain.lifecycle_steps(device text, first_good_fix_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION domain.note_found_account(found_code text, found_name text, parent text) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into domain.accounts as held (code, name, parent_code, found_at)
    values (found_code, coalesce(nullif(found_name, ''), found_code), parent, clock_timestamp())
    on conflict (code) do update set
        name = case when held.name = held.code and held.name_as_of = '-infinity' then excluded.name else held.name end,
        parent_code = coalesce(excluded.parent_code, held.parent_code),
        found_at = coalesce(held.found_at, excluded.found_at)
    returning account_id;
$$;

ALTER FUNCTION domain.note_found_account(found_code text, found_name text, parent text) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_accounts(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.accounts (code, name)
    select distinct data->>'account', data->>'account'
    from events.facts(fact_source, first_after, last_id, '{device_listed}')
    where data ? 'account'
    order by 1
    on conflict (code) do nothing;
    select domain.tell_account(data->>'code', data->>'name', (data->>'polled')::boolean, occurred_at)
    from events.facts(fact_source, first_after, last_id, '{account_set}')
    order by id;
$$;

ALTER FUNCTION domain.register_accounts(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_cities(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.assigned_cities (city)
    select distinct data->>'city'
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, vehicle_set, driver_set, city_set}')
    where data ? 'city'
    on conflict do nothing;
$$;

ALTER FUNCTION domain.register_cities(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_cost_centre(centre text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into domain.cost_centres (name, code, slot)
    select centre, candidate, (select coalesce(max(slot), 0) + 1 from domain.cost_centres)
    from domain.code_candidates(centre) with ordinality as code (candidate, place)
    where not exists (select from domain.cost_centres where name = centre)
      and not exists (select from domain.cost_centres where code = candidate)
    order by place limit 1
    on conflict (name) do nothing;
end $$;

ALTER FUNCTION domain.register_cost_centre(centre text) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_cost_centres(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform domain.register_cost_centre(name) from (
        select data->>(case kind when 'cost_centre_set' then 'name' else 'cost_centre' end) as name
        from events.facts(fact_source, first_after, last_id,
                          '{vehicle_listed, vehicle_set, driver_listed, driver_set,
                            cost_centre_listed, cost_centre_set}')
        group by 1 order by min(occurred_at), 1
    ) named where name is not null;

    update domain.cost_centres centre set told_code = state.later(centre.told_code, told.code)
    from (select coalesce(data->>'name', data->>'cost_centre') as name,
                 state.latest(state.known(data->>'code', occurred_at)) as code
          from events.facts(fact_source, first_after, last_id, '{cost_centre_listed, cost_centre_set}')
          where data ? 'code'
          group by 1) told
    where centre.name = told.name;
    if found then
        perform domain.settle_codes();
    end if;
end $$;

ALTER FUNCTION domain.register_cost_centres(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_device_assignments(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.device_assignments as held (imei, valid_from, vehicle_id, stated_at, stated_by, reason)
    select distinct on (imei, valid_from)
        imei, valid_from,
        coalesce(domain.id_of('vehicle', plate_key), domain.id_of('device', imei)) as vehicle_id,
        occurred_at, stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, device_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from,
                               coalesce(data->>'by', 'import') as stated_by) stated
    where imei is not null and (kind = 'device_assigned' or (kind = 'vehicle_listed' and plate_key is not null))
    order by imei, valid_from, occurred_at desc, vehicle_id desc, stated_by desc, reason desc nulls last
    on conflict (imei, valid_from) do update set
        (vehicle_id, stated_at, stated_by, reason)
        = (excluded.vehicle_id, excluded.stated_at, excluded.stated_by, excluded.reason)
    where (excluded.stated_at, excluded.vehicle_id, excluded.stated_by, coalesce(excluded.reason, ''))
        > (held.stated_at, held.vehicle_id, held.stated_by, coalesce(held.reason, ''));
$$;

ALTER FUNCTION domain.register_device_assignments(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_devices(fact_source regclass, first_after bigint, last_id bigint) RETURNS text[]
    LANGUAGE sql
    AS $$
    with news as (
        select fact.* from events.facts(fact_source, first_after, last_id) fact
        where imei is not null
          and (kind in ('device_listed', 'vehicle_listed', 'device_set')
               or not exists (select from domain.devices known
                              where known.imei = fact.imei
                                and (kind <> 'position_fix' or data->>'quality' <> 'gps'
                                     or known.first_good_fix_at <= occurred_at)))
    ), told as (
        select imei,
               coalesce((array_agg(listing.account_id order by occurred_at desc, listing.code desc)
                         filter (where listing.account_id is not null))[1], platform.account_id) as account_id,
               coalesce(max(occurred_at) filter (where listing.account_id is not null), '-infinity') as account_as_of,
               state.latest(domain.told(data, 'device_class', occurred_at))
                   filter (where kind in ('vehicle_listed', 'device_set')) as class,
               state.latest(domain.told(data, 'sim', occurred_at)) filter (where kind = 'device_set') as sim,
               min(occurred_at) filter (where kind = 'position_fix' and data->>'quality' = 'gps') as first_good_fix_at
        from news
        join domain.accounts platform on platform.code = 'platform'
        left join domain.accounts listing on kind = 'device_listed' and listing.code = data->>'account'
        group by imei, platform.account_id
    ), written as (
        insert into domain.devices as held (imei, account_id, account_as_of, class, sim, first_good_fix_at)
        select * from told
        on conflict (imei) do update set
            account_id = case when (excluded.account_as_of, domain.account_code(excluded.account_id))
                                   > (held.account_as_of, domain.account_code(held.account_id))
                              then excluded.account_id else held.account_id end,
            account_as_of = greatest(held.account_as_of, excluded.account_as_of),
            class = state.later(held.class, excluded.class),
            sim = state.later(held.sim, excluded.sim),
            first_good_fix_at = least(held.first_good_fix_at, excluded.first_good_fix_at)
        where (excluded.account_as_of, domain.account_code(excluded.account_id))
              > (held.account_as_of, domain.account_code(held.account_id))
           or state.later(held.class, excluded.class) is distinct from held.class
           or state.later(held.sim, excluded.sim) is distinct from held.sim
           or excluded.first_good_fix_at < coalesce(held.first_good_fix_at, 'infinity')
        returning imei
    )
    select coalesce(array_agg(imei), '{}') from written;
$$;

ALTER FUNCTION domain.register_devices(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_driver_assignments(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.driver_assignments as held (vehicle_id, valid_from, driver_id, stated_at, stated_by, reason)
    select distinct on (vehicle_id, valid_from)
        domain.id_of('vehicle', plate_key) as vehicle_id, valid_from,
        domain.id_of('driver', data->>'driver') as driver_id,
        occurred_at, stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, roster_entry, driver_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from,
                               coalesce(data->>'by', 'import') as stated_by) stated
    where plate_key is not null
      and (kind = 'driver_assigned' or kind = 'roster_entry' or (kind = 'vehicle_listed' and data ? 'driver'))
    order by vehicle_id, valid_from, occurred_at desc, driver_id desc nulls last, stated_by desc,
             reason desc nulls last
    on conflict (vehicle_id, valid_from) do update set
        (driver_id, stated_at, stated_by, reason)
        = (excluded.driver_id, excluded.stated_at, excluded.stated_by, excluded.reason)
    where (excluded.stated_at, coalesce(excluded.driver_id, -1), excluded.stated_by, coalesce(excluded.reason, ''))
        > (held.stated_at, coalesce(held.driver_id, -1), held.stated_by, coalesce(held.reason, ''));
$$;

ALTER FUNCTION domain.register_driver_assignments(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_drivers(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.drivers as held (driver_id, name, phone, staff_no, city, cost_centre, shift_area, active)
    select domain.id_of('driver', named.driver), named.driver,
           state.latest(coalesce(domain.told(data, 'driver_phone', occurred_at),
                                 domain.told(data, 'phone', occurred_at))),
           state.latest(domain.told(person, 'staff_no', occurred_at)),
           state.latest(domain.told(person, 'city', occurred_at)),
           state.latest(domain.told(person, 'cost_centre', occurred_at)),
           state.latest(domain.told(person, 'shift_area', occurred_at)),
           state.latest(domain.told(person, 'active', occurred_at))
    from events.facts(fact_source, first_after, last_id,
                      '{vehicle_listed, driver_listed, roster_entry, driver_set, driver_assigned}')
    cross join lateral (select coalesce(data->>'driver', data->>'name') as driver,
                               case when kind in ('driver_listed', 'driver_set') then data else '{}' end as person) named
    where named.driver is not null
    group by named.driver
    on conflict (driver_id) do update set
        phone = state.later(held.phone, excluded.phone),
        staff_no = state.later(held.staff_no, excluded.staff_no),
        city = state.later(held.city, excluded.city),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        shift_area = state.later(held.shift_area, excluded.shift_area),
        active = state.later(held.active, excluded.active);
$$;

ALTER FUNCTION domain.register_drivers(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_identity_statements(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.identity_statements as held
    select field, key, holds_from, occurred_at, value_id, value, min(received_at), min(raw_id)
    from events.facts(fact_source, first_after, last_id,
                      '{vehicle_listed, vehicle_set, roster_entry, device_assigned, driver_assigned}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    cross join lateral (select coalesce((data->>'valid_from')::timestamptz, occurred_at) as valid_from) stated
    cross join lateral (
        select 'vehicle' as field, imei as key, valid_from as holds_from,
               coalesce(domain.id_of('vehicle', plate_key), domain.id_of('device', imei)) as value_id,
               coalesce(plate_key, '') as value
        where imei is not null and (kind = 'device_assigned' or (kind = 'vehicle_listed' and plate_key is not null))
        union all
        select 'driver', plate_key, valid_from, coalesce(domain.id_of('driver', data->>'driver'), -1),
               coalesce(data->>'driver', '')
        where plate_key is not null
          and (kind in ('driver_assigned', 'roster_entry') or (kind = 'vehicle_listed' and data ? 'driver'))
        union all
        select name, plate_key, occurred_at, 0, coalesce((told).value, '')
        from unnest(array['cost_centre', 'city']) name
        cross join lateral domain.told(data, name, occurred_at) told
        where plate_key is not null and kind in ('vehicle_listed', 'vehicle_set') and (told).as_of is not null
    ) said
    group by field, key, holds_from, occurred_at, value_id, value
    on conflict (field, key, holds_from, stated_at, value_id, value) do update set
        received_at = least(held.received_at, excluded.received_at),
        raw_id = least(held.raw_id, excluded.raw_id)
    where excluded.received_at < held.received_at or excluded.raw_id < held.raw_id;
$$;

ALTER FUNCTION domain.register_identity_statements(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_lifecycle(fact_source regclass, first_after bigint, last_id bigint, changed text[]) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.lifecycle_statements as held (imei, stated_at, to_state, stated_by, reason)
    select distinct on (imei, occurred_at, data->>'to')
        imei, occurred_at, data->>'to', data->>'by' as stated_by, data->>'reason' as reason
    from events.facts(fact_source, first_after, last_id, '{lifecycle_set}')
    order by imei, occurred_at, data->>'to', stated_by desc, reason desc nulls last
    on conflict (imei, stated_at, to_state) do update set
        (stated_by, reason) = (excluded.stated_by, excluded.reason)
    where (excluded.stated_by, coalesce(excluded.reason, '')) > (held.stated_by, coalesce(held.reason, ''));

    update domain.devices device set lifecycle = domain.lifecycle_of(device.imei, device.first_good_fix_at)
    where device.imei = any (changed || array(
              select imei from events.facts(fact_source, first_after, last_id, '{lifecycle_set}')))
      and device.lifecycle <> domain.lifecycle_of(device.imei, device.first_good_fix_at);
$$;

ALTER FUNCTION domain.register_lifecycle(fact_source regclass, first_after bigint, last_id bigint, changed text[]) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_listing_runs(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    insert into domain.listing_runs as held (account, run_at, run_id, listed)
    select target, occurred_at, data->>'run_id', max((data->>'count')::integer)
    from events.facts(fact_source, first_after, last_id, '{listing_completed}')
    cross join lateral jsonb_array_elements_text(data->'targets') target
    group by target, occurred_at, data->>'run_id'
    on conflict (account, run_at, run_id) do update set listed = excluded.listed
    where excluded.listed > held.listed;

    execute format($sql$
        insert into domain.listed_devices as held (imei, listed_at)
        select device.imei, max(device.occurred_at)
        from %1$s device
        cross join lateral (select from %1$s run
                            where run.received_at = device.received_at and run.raw_id = device.raw_id
                              and run.kind = 'listing_completed' limit 1) whole_run    -- by its key, always
        where device.id > $1 and device.id <= $2 and device.kind = 'device_listed'
        group by device.imei
        on conflict (imei) do update set listed_at = excluded.listed_at where excluded.listed_at > held.listed_at
    $sql$, fact_source) using first_after, last_id;
end $_$;

ALTER FUNCTION domain.register_listing_runs(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_vehicles(fact_source regclass, first_after bigint, last_id bigint) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.vehicles as held (vehicle_id, plate_key, plate, cost_centre, city, make, model)
    select domain.id_of('vehicle', plate_key), plate_key,
           state.latest(domain.told(data, 'plate', occurred_at)),
           state.latest(domain.told(data, 'cost_centre', occurred_at)),
           state.latest(domain.told(data, 'city', occurred_at)),
           state.latest(domain.told(data, 'make', occurred_at)),
           state.latest(domain.told(data, 'model', occurred_at))
    from events.facts(fact_source, first_after, last_id, '{vehicle_listed, vehicle_set}')
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where plate_key is not null
    group by plate_key
    on conflict (vehicle_id) do update set
        plate = state.later(held.plate, excluded.plate),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        city = state.later(held.city, excluded.city),
        make = state.later(held.make, excluded.make),
        model = state.later(held.model, excluded.model);
$$;

ALTER FUNCTION domain.register_vehicles(fact_source regclass, first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.settle_codes() RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    loser text;
begin
    for loser in
        select held.name from domain.cost_centres held
        join domain.won_codes() won on won.code = held.code and won.name <> held.name
        where held.name not in (select name from domain.won_codes())
        order by held.name
    loop
        update domain.cost_centres set code = (
            select candidate from domain.code_candidates(loser) with ordinality as listed (candidate, place)
            where candidate not in (select code from domain.cost_centres union all select code from domain.won_codes())
            order by place limit 1)
        where name = loser;
    end loop;
    update domain.cost_centres held set code = won.code
    from domain.won_codes() won where won.name = held.name and won.code <> held.code;
end $$;

ALTER FUNCTION domain.settle_codes() OWNER TO fleet_owner;

CREATE FUNCTION domain.tell_account(account text, told_name text, told_polled boolean, at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    insert into domain.accounts (code, name) values (account, account) on conflict (code) do nothing;
    update domain.accounts set (name, name_as_of) = (told_name, at)
    where code = account and told_name is not null and (at, told_name) > (name_as_of, name);
    update domain.accounts set (polled, polled_as_of) = (told_polled, at)
    where code = account and told_polled is not null and (at, told_polled) > (polled_as_of, polled);
$$;

ALTER FUNCTION domain.tell_account(account text, told_name text, told_polled boolean, at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION domain.told(data jsonb, field text, at timestamp with time zone) RETURNS state.known_text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when data ? field then row(data->>field, at)::state.known_text
                when data->'cleared' ? field then row(null, at)::state.known_text end;
$$;

ALTER FUNCTION domain.told(data jsonb, field text, at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION domain.transition_refusal(reached text, wanted text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select format('A device that is %s cannot become %s. It can become: %s.', reached, wanted,
                  string_agg(to_state, ', ' order by to_state))
    from domain.lifecycle_transitions where from_state = reached;
$$;

ALTER FUNCTION domain.transition_refusal(reached text, wanted text) OWNER TO fleet_owner;

CREATE FUNCTION domain.won_codes() RETURNS TABLE(name text, code text)
    LANGUAGE sql STABLE
    AS $$
    select distinct on ((told_code).value) name, (told_code).value from domain.cost_centres
    where (told_code).value is not null
    order by (told_code).value, (told_code).as_of desc, name;
$$;

ALTER FUNCTION domain.won_codes() OWNER TO fleet_owner;

CREATE FUNCTION drift.acknowledge(finding bigint, who text, remark text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    update drift.findings set state = 'acknowledged', acknowledged_by = who, acknowledged_at = clock_timestamp(),
                              note = nullif(remark, '')
    where finding_id = finding and state = 'open';
    return found;
end $$;

ALTER FUNCTION drift.acknowledge(finding bigint, who text, remark text) OWNER TO fleet_owner;

CREATE FUNCTION drift.keep(position_now bigint, position_then bigint, topics jsonb, fields jsonb, listings jsonb, findings jsonb, ended jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    update drift.cursor set position = position_then, moved_at = clock_timestamp() where position = position_now;
    if not found then
        return false;
    end if;

    insert into drift.topics as held
    select * from jsonb_populate_recordset(null::drift.topics, topics)
    on conflict (source, topic) do update set
        (items, bodies, last_seen_at, gap_s) = (excluded.items, excluded.bodies, excluded.last_seen_at, excluded.gap_s);

    insert into drift.fields as held (source, topic, field, since_item, last_item, last_body, present, types, low, high,
                                      spans, sample, first_seen_at, last_seen_at)
    select source, topic, field, since_item, last_item, last_body, present, types, low, high,
           spans, sample, first_seen_at, last_seen_at
    from jsonb_populate_recordset(null::drift.fields, fields)
    on conflict (source, topic, field) do update set
        (since_item, last_item, last_body, present, types, low, high, spans, sample, last_seen_at) =
        (excluded.since_item, excluded.last_item, excluded.last_body, excluded.present, excluded.types, excluded.low, excluded.high,
         excluded.spans, excluded.sample, excluded.last_seen_at);

    insert into drift.listings as held
    select * from jsonb_populate_recordset(null::drift.listings, listings)
    on conflict (topic, account_id, target) do update set
        (expected, missed, raw_id, seen_at) =
        (excluded.expected, excluded.missed, excluded.raw_id, excluded.seen_at);

    update drift.findings held set state = 'resolved', resolved_at = clock_timestamp()
    from jsonb_array_elements(ended) told
    where state <> 'resolved'
      and (kind, source, topic, field, cause) = (told->>0, told->>1, told->>2, told->>3, told->>4);
    update drift.findings set state = 'resolved', resolved_at = clock_timestamp()
    where state = 'open' and kind in ('new_field', 'changed_type', 'unknown_alarm_code')
      and last_seen_at < clock_timestamp() - interval '1 day';

    insert into drift.findings as held (kind, source, topic, field, cause, sentence, raw_ids, first_seen_at,
                                        last_seen_at, count)
    select kind, source, topic, field, cause, sentence, raw_ids, first_seen_at, last_seen_at, count
    from jsonb_populate_recordset(null::drift.findings, findings)
    on conflict (kind, source, topic, field, cause) where state <> 'resolved' do update set
        sentence = excluded.sentence,
        raw_ids = (held.raw_ids || excluded.raw_ids)[1:5],
        last_seen_at = greatest(held.last_seen_at, excluded.last_seen_at),
        count = held.count + excluded.count;
    return true;
end $$;

ALTER FUNCTION drift.keep(position_now bigint, position_then bigint, topics jsonb, fields jsonb, listings jsonb, findings jsonb, ended jsonb) OWNER TO fleet_owner;

CREATE FUNCTION drift.keep_contract_run(began_at timestamp with time zone, over_at timestamp with time zone, outcome text, results jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    made bigint;
begin
    insert into drift.contract_runs (started_at, ended_at, verdict) values (began_at, over_at, outcome)
    returning run_id into made;
    insert into drift.contract_results (run_id, method, verdict, rows, differences)
    select made, told.method, told.verdict, told.rows, told.differences
    from jsonb_populate_recordset(null::drift.contract_results, results) told;
    return made;
end $$;

ALTER FUNCTION drift.keep_contract_run(began_at timestamp with time zone, over_at timestamp with time zone, outcome text, results jsonb) OWNER TO fleet_owner;

CREATE FUNCTION drift.next_rows(rows_a_topic integer, newest integer) RETURNS TABLE(position_now bigint, position_then bigint, id bigint, received_at timestamp with time zone, source text, account_id integer, topic text, content_type text, body bytea, request_meta jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with reach as materialized (
        select held.position as after_id, coalesce((select max(raw.id) from events.raw), 0) as up_to_id
        from drift.cursor held
    ), chosen as materialized (
        select raw.id, raw.received_at,
               row_number() over (partition by raw.source, raw.topic order by hashint8extended(raw.id, 0)) as place
        from reach
        join events.raw on raw.id > greatest(after_id, up_to_id - newest) and raw.id <= up_to_id
        where raw.source like 'jimi.%'
    )
    select after_id, up_to_id, raw.id, raw.received_at, raw.source, raw.account_id, raw.topic, raw.content_type,
           raw.body, raw.request_meta
    from reach, chosen
    join events.raw on raw.id = chosen.id and raw.received_at = chosen.received_at
    where chosen.place <= rows_a_topic
    order by raw.id;
$$;

ALTER FUNCTION drift.next_rows(rows_a_topic integer, newest integer) OWNER TO fleet_owner;

CREATE FUNCTION drift.outcomes(from_at timestamp with time zone, to_at timestamp with time zone) RETURNS TABLE(raw_id bigint, parsed integer[], rejected integer[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with told as (
        select fact.raw_id, fact.item, max(fact.parser_version) as facts_by, null::smallint as refused_by
        from events.active_facts fact
        where fact.received_at >= from_at and fact.received_at < to_at
        group by fact.raw_id, fact.item
        union all
        select refusal.raw_id, refusal.item, null, max(refusal.parser_version)
        from events.active_rejections refusal
        where refusal.received_at >= from_at and refusal.received_at < to_at
        group by refusal.raw_id, refusal.item
    ), judged as (
        select told.raw_id, told.item, coalesce(max(refused_by), -1) >= coalesce(max(facts_by), 0) as is_rejected
        from told group by told.raw_id, told.item
    )
    select judged.raw_id,
           coalesce(array_agg(item) filter (where not is_rejected), '{}'),
           coalesce(array_agg(item) filter (where is_rejected), '{}')
    from judged group by judged.raw_id;
$$;

ALTER FUNCTION drift.outcomes(from_at timestamp with time zone, to_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.add_facts(version smallint, facts jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    added integer;
begin
    if exists (select from events.still_waiting(
                   (select array_agg((told->>0)::bigint) from jsonb_array_elements(facts) told))) then
        raise exception 'a raw row has not been parsed yet' using errcode = 'object_not_in_prerequisite_state';
    end if;
    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, version, told->>2, raw.source, raw.account_id, told->>3,
               (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint
        where not exists (select from events.parsed held
                          where held.received_at = raw.received_at and held.raw_id = raw.id
                            and held.item = (told->>1)::integer and held.kind = told->>2)
        order by place
        on conflict do nothing
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into added from written;
    return added;
end $$;

ALTER FUNCTION events.add_facts(version smallint, facts jsonb) OWNER TO fleet_owner;

CREATE FUNCTION events.advance(projector_name text, max_facts integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    after_id bigint;
    up_to_id bigint;
    problem text;
begin
    select position into after_id from events.cursors
    where projector = projector_name for update skip locked;
    if not found then
        return -1;
    end if;
    select * into after_id, up_to_id from events.next_range(after_id, max_facts);
    if up_to_id is null then
        return 0;
    end if;
    problem := events.fold(projector_name, after_id, up_to_id);
    if problem is not null then
        if up_to_id - after_id > 1 then
            return -2;
        end if;
        perform events.put_aside(projector_name, up_to_id, problem);
    end if;
    update events.cursors set position = up_to_id, moved_at = clock_timestamp()
    where projector = projector_name;
    return up_to_id - after_id;
end $$;

ALTER FUNCTION events.advance(projector_name text, max_facts integer) OWNER TO fleet_owner;

CREATE FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform pg_advisory_xact_lock(4201, 1);
    perform pg_notify('events_raw_new', '');
    begin
        return events.insert_raw(sources, accounts, topics, content_types, bodies, metas, verifiers);
    exception when check_violation then    -- no partition for now: cron has been away for weeks
        perform series.ensure_all(clock_timestamp());
        return events.insert_raw(sources, accounts, topics, content_types, bodies, metas, verifiers);
    end;
end $$;

ALTER FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.archive_page(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, max_rows integer, max_bytes bigint) RETURNS TABLE(id bigint, received_at timestamp with time zone, source text, account_id integer, topic text, content_type text, body bytea, request_meta text, verified_by text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with measured as materialized (
        select raw.id, raw.received_at, row_number() over ahead as place,
               sum(octet_length(raw.body)) over ahead as bytes
        from (select r.id, r.received_at, r.body from events.raw r
              where r.id > archive_page.after_id and r.received_at >= chunk_from and r.received_at < chunk_to
                and chunk_to <= series.cutoff('events.raw')
              order by r.id limit max_rows) raw
        window ahead as (order by raw.id)
    )
    select raw.id, raw.received_at, raw.source, raw.account_id, raw.topic, raw.content_type, raw.body,
           raw.request_meta::text, raw.verified_by
    from measured join events.raw on raw.id = measured.id and raw.received_at = measured.received_at
    where measured.place = 1 or measured.bytes <= max_bytes
    order by raw.id;
$$;

ALTER FUNCTION events.archive_page(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, max_rows integer, max_bytes bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.before_facts(fact_source text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    AS $$
declare
    first bigint;
begin
    if fact_source = 'rebuild.every_fact' then
        execute 'select min(id) from rebuild.archived_facts' into first;
    elsif fact_source not in ('events.active_facts', 'scratch.facts') then
        execute format('select min(id) from %s', fact_source) into first;
    end if;
    return coalesce(first, (select min(id) from events.parsed), 1) - 1;
end $$;

ALTER FUNCTION events.before_facts(fact_source text) OWNER TO fleet_owner;

CREATE FUNCTION events.begin_day_rebuild(targets text[], rules_version integer) RETURNS date
    LANGUAGE plpgsql
    AS $$
declare
    target text;
    digest text := (select md5(rules_version || string_agg(attrelid::regclass || attname || atttypid::regtype, ',' order by attrelid::regclass::text, attnum))
                    from pg_catalog.pg_attribute where attrelid = any (targets::regclass[]) and attnum > 0);
    done_up_to bigint;
begin
    select position into done_up_to from events.rebuilds
    where table_name = 'state.vehicle_days' and made_by = digest;
    if found and to_regclass('rebuild.vehicle_days') is not null then
        return date '2000-01-01' + done_up_to::integer;
    end if;
    foreach target in array targets loop
        perform series.discard('rebuild.' || split_part(target, '.', 2));
        perform series.make_beside(target, 'rebuild.' || split_part(target, '.', 2));
    end loop;
    delete from events.days_refolded;
    delete from events.rebuilds where table_name = 'state.vehicle_days';
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    values ('state.vehicle_days', 'state.position_history', 0, 0, digest);
    return date '2000-01-01';
end $$;

ALTER FUNCTION events.begin_day_rebuild(targets text[], rules_version integer) OWNER TO fleet_owner;

CREATE FUNCTION events.begin_rebuild(target text, projector_name text, fact_source text DEFAULT 'events.active_facts'::text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    beside text := 'rebuild.' || split_part(target, '.', 2);
    fold regproc := 'state.project_' || split_part(target, '.', 2);
    known bigint := coalesce((select max(entry_id) from events.ledger where action = 'superseded'), 0);
    left_out text := (select array_agg(fact_id order by fact_id)::text from events.set_aside
                      where projector = projector_name);
    digest text := (select md5(concat(pg_get_functiondef(fold), left_out,
                                      string_agg(attname || ' ' || atttypid::regtype, ',' order by attnum)))
                    from pg_catalog.pg_attribute where attrelid = target::regclass and attnum > 0);
    begins_after bigint;
begin
    perform events.restrict_facts(beside || '_facts', fact_source::regclass, projector_name);
    select position into begins_after from events.rebuilds
    where table_name = target and source = fact_source and superseded = known and made_by = digest;
    if found and to_regclass(beside) is not null then
        return begins_after;
    end if;
    perform series.discard(beside);
    perform series.make_beside(target, beside);
    begins_after := events.before_facts(fact_source);
    delete from events.rebuilds where table_name = target;
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    values (target, fact_source, begins_after, known, digest);
    return begins_after;
end $$;

ALTER FUNCTION events.begin_rebuild(target text, projector_name text, fact_source text) OWNER TO fleet_owner;

CREATE TABLE events.reparses (
    reparse_id bigint NOT NULL,
    parser_version smallint NOT NULL,
    after_id bigint NOT NULL,
    up_to_id bigint NOT NULL,
    "position" bigint NOT NULL,
    imeis text[] DEFAULT '{}'::text[] NOT NULL,
    changed_from timestamp with time zone,
    changed_to timestamp with time zone,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone
);

ALTER TABLE events.reparses OWNER TO fleet_owner;

CREATE FUNCTION events.begin_reparse(version smallint, first bigint, last bigint) RETURNS events.reparses
    LANGUAGE plpgsql
    AS $$
declare
    begun events.reparses := (select r from events.reparses r where ended_at is null);
begin
    if begun is null then
        insert into events.reparses (parser_version, after_id, up_to_id, position)
        values (version, first, last, first) returning * into begun;
    elsif (begun.parser_version, begun.after_id, begun.up_to_id) <> (version, first, last) then
        raise exception 'raw rows % to % are being parsed again with version %',
                        begun.after_id + 1, begun.up_to_id, begun.parser_version using errcode = 'object_in_use';
    end if;
    return begun;
end $$;

ALTER FUNCTION events.begin_reparse(version smallint, first bigint, last bigint) OWNER TO fleet_owner;

CREATE TABLE events.days_to_fold (
    day date NOT NULL,
    imei text DEFAULT ''::text NOT NULL,
    vehicle_id bigint DEFAULT 0 NOT NULL,
    mark bigint DEFAULT 1 NOT NULL,
    due_at timestamp with time zone DEFAULT (clock_timestamp() + '00:01:00'::interval) NOT NULL,
    worker text,
    lease_until timestamp with time zone
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');

ALTER TABLE events.days_to_fold OWNER TO fleet_owner;

CREATE FUNCTION events.claim_days(worker_name text, lease interval, most integer) RETURNS SETOF events.days_to_fold
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION events.claim_days(worker_name text, lease interval, most integer) OWNER TO fleet_owner;

CREATE TABLE events.claims (
    claim_id bigint NOT NULL,
    stage text NOT NULL,
    after_id bigint NOT NULL,
    up_to_id bigint NOT NULL,
    parser_version smallint NOT NULL,
    worker text NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    since timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

ALTER TABLE events.claims OWNER TO fleet_owner;

CREATE FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) RETURNS SETOF events.claims
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    frontier events.frontiers;
    looked_from timestamptz;
    last_id bigint;
    last_at timestamptz;
    since timestamptz;
begin
    return query
        update events.claims held set worker = worker_name, lease_until = clock_timestamp() + lease,
                                      parser_version = version
        where claim_id = (select claim_id from events.claims
                          where stage = 'parse' and lease_until < clock_timestamp()
                          order by claim_id limit 1 for update skip locked)
        returning held.*;
    if found then
        return;
    end if;
    select * into strict frontier from events.frontiers where stage = 'parse' for update;
    foreach looked_from in array array[frontier.handed_out_at, 'epoch'] loop
        select max(id), (array_agg(received_at order by id desc))[1],
               case when count(*) = max(id) - frontier.handed_out then min(received_at) else 'epoch' end
        into last_id, last_at, since
        from (
            select id, received_at, row_number() over ahead as place, sum(size) over ahead as bytes
            from (select id, received_at, octet_length(body) as size from events.raw
                  where id > frontier.handed_out and received_at >= looked_from
                  order by id limit max_rows) next_rows
            window ahead as (order by id)
        ) measured
        where place = 1 or bytes <= max_bytes;
        exit when last_id is not null or (select last_value from events.raw_id) <= frontier.handed_out;
    end loop;
    if last_id is null then
        return;
    end if;
    update events.frontiers set handed_out = last_id, handed_out_at = last_at where stage = 'parse';
    return query
        insert into events.claims (stage, after_id, up_to_id, parser_version, worker, lease_until, since)
        values ('parse', frontier.handed_out, last_id, version, worker_name, clock_timestamp() + lease, since)
        returning *;
end $$;

ALTER FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) OWNER TO fleet_owner;

CREATE FUNCTION events.content_hash(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint) RETURNS TABLE(rows bigint, body_bytes bigint, first_received_at timestamp with time zone, last_received_at timestamp with time zone, content_sha256 text)
    LANGUAGE sql STABLE
    AS $$
    select count(*), coalesce(sum(octet_length(body)), 0), min(received_at), max(received_at),
           encode(sha256(coalesce(string_agg(sha256(convert_to(
               concat_ws('|', id, (extract(epoch from received_at) * 1000000)::bigint, account_id,
                         length(source), length(topic), length(content_type), length(verified_by),
                         length(request_meta::text), octet_length(body))
               || source || topic || content_type || verified_by || request_meta::text, 'UTF8') || body),
               ''::bytea order by id), ''::bytea)), 'hex')
    from events.raw
    where received_at >= chunk_from and received_at < chunk_to
      and id > content_hash.after_id and id <= content_hash.up_to_id;
$$;

ALTER FUNCTION events.content_hash(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.continue_rebuild(target text, max_facts integer, up_to_id bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
declare
    made events.rebuilds := (select r from events.rebuilds r where table_name = target for update);
    next_id bigint := least(made.position + max_facts, up_to_id);
begin
    if next_id > made.position then
        execute format('select state.%I($1, $2, $3, $4)', 'project_' || split_part(target, '.', 2))
            using made.position, next_id, ('rebuild.' || split_part(target, '.', 2))::regclass,
                  ('rebuild.' || split_part(target, '.', 2) || '_facts')::regclass;
        update events.rebuilds set position = next_id, moved_at = clock_timestamp() where table_name = target;
    end if;
    return greatest(next_id, made.position);
end $_$;

ALTER FUNCTION events.continue_rebuild(target text, max_facts integer, up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.copy_registry(written text[]) RETURNS void
    LANGUAGE plpgsql
    SET check_function_bodies TO 'off'
    AS $_$
declare
    statement text;
begin
    perform events.drop_registry_copy();
    for statement in
        select format(case when oid::regclass::text = any (written)
                           then 'create table beside.%I (like domain.%1$I including all)'
                           else 'create view beside.%I as table domain.%1$I' end, relname)
        from pg_catalog.pg_class where relnamespace = 'domain'::regnamespace and relkind = 'r'
    loop
        execute statement;
    end loop;
    for statement in
        select regexp_replace(pg_get_functiondef(oid), '\m(domain|state(?=\.project_registry))\.', 'beside.', 'g')
        from pg_catalog.pg_proc where pronamespace = 'domain'::regnamespace or oid = 'state.project_registry'::regproc
    loop
        execute statement;
    end loop;
    alter table beside.accounts alter account_id restart with 1000000000;   -- numbers that no live account has
    insert into beside.accounts select * from domain.accounts where code = 'platform';
end $_$;

ALTER FUNCTION events.copy_registry(written text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.discard_rebuild(targets text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    target text;
begin
    set local lock_timeout = '10s';
    if 'state.vehicle_days' = any (targets) then
        perform pg_advisory_xact_lock(4201, 4);   -- folds that still tell the rebuild end first
        delete from events.days_refolded;
    end if;
    foreach target in array targets loop
        perform series.discard('scratch.' || split_part(target, '.', 2));
        perform series.discard('rebuild.' || split_part(target, '.', 2));
        execute format('drop view if exists rebuild.%I', split_part(target, '.', 2) || '_facts');
    end loop;
    delete from events.rebuilds where table_name = any (targets);
end $$;

ALTER FUNCTION events.discard_rebuild(targets text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.drop_archived_facts() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    delete from events.rebuilds where source = 'rebuild.every_fact' or table_name = 'rebuild.archived_facts';
    drop view if exists rebuild.every_fact cascade;   -- with the views that a killed rebuild reads it through
    drop table if exists rebuild.archived_facts;
end $$;

ALTER FUNCTION events.drop_archived_facts() OWNER TO fleet_owner;

CREATE FUNCTION events.drop_registry_copy() RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    statement text;
begin
    for statement in
        select format('drop %s %s', case relkind when 'r' then 'table' else 'view' end, oid::regclass)
        from pg_catalog.pg_class where relnamespace = 'beside'::regnamespace and relkind in ('r', 'v')
        union all
        select format('drop function %s', oid::regprocedure)
        from pg_catalog.pg_proc where pronamespace = 'beside'::regnamespace
    loop
        execute statement;
    end loop;
end $$;

ALTER FUNCTION events.drop_registry_copy() OWNER TO fleet_owner;

CREATE FUNCTION events.enter_polled_devices(poll text, account integer, imeis text[], since timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with left_out as (
        delete from events.polled_devices
        where job = poll and account_id = account and imei <> all (imeis)
    ), entered as (
        insert into events.polled_devices (job, account_id, imei)
        select poll, account, imei from unnest(imeis) imei
        on conflict do nothing
        returning imei
    )
    insert into events.poll_watermarks (job, account_id, subject, reached_at)
    select poll, account, imei, since from entered
    where exists (select from events.polled_devices where job = poll and account_id = account)
    on conflict do nothing;
$$;

ALTER FUNCTION events.enter_polled_devices(poll text, account integer, imeis text[], since timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.erase_raw(erased_id bigint, at timestamp with time zone, size integer, original_sha256 text, why text, who text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    insert into events.erasures (raw_id, received_at, bytes, body_sha256, reason, erased_by)
    values (erased_id, at, size, original_sha256, why, who);
    update events.raw set
        body = decode(repeat('2a', size), 'hex'),
        request_meta = request_meta || jsonb_build_object('erased_sha256', original_sha256)
    where id = erased_id and received_at = at;
end $$;

ALTER FUNCTION events.erase_raw(erased_id bigint, at timestamp with time zone, size integer, original_sha256 text, why text, who text) OWNER TO fleet_owner;

CREATE SEQUENCE events.parsed_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE events.parsed_id OWNER TO fleet_owner;

CREATE TABLE events.parsed (
    id bigint DEFAULT nextval('events.parsed_id'::regclass) NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    item integer NOT NULL,
    parser_version smallint NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    account_id integer NOT NULL,
    imei text,
    occurred_at timestamp with time zone NOT NULL,
    data jsonb NOT NULL
)
PARTITION BY RANGE (received_at);

ALTER TABLE events.parsed OWNER TO fleet_owner;

CREATE FUNCTION events.facts(fact_source regclass, after_id bigint, up_to_id bigint, kinds text[] DEFAULT NULL::text[]) RETURNS SETOF events.parsed
    LANGUAGE plpgsql STABLE
    AS $_$
begin
    return query execute format(
        'select * from %s where id > $1 and id <= $2 and ($3 is null or kind = any ($3))', fact_source)
        using after_id, up_to_id, kinds;
end $_$;

ALTER FUNCTION events.facts(fact_source regclass, after_id bigint, up_to_id bigint, kinds text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    ended events.claims;
    noted integer;
begin
    delete from events.claims where claim_id = claim and worker = worker_name returning * into ended;
    if ended is null then
        raise exception 'claim % is not held by % any more', claim, worker_name
            using errcode = 'lock_not_available', hint = 'its lease ran out; another worker does it';
    end if;
    insert into events.ledger (parser_version, after_id, up_to_id, action)
    values (ended.parser_version, ended.after_id, ended.up_to_id, 'applied');

    insert into events.rejected (raw_id, received_at, item, parser_version, reason, detail)
    select raw.id, raw.received_at, (told->>1)::integer, ended.parser_version, told->>2, told->>3
    from jsonb_array_elements(rejections) told
    join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id
                   and raw.received_at >= ended.since;

    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, ended.parser_version, told->>2, raw.source,
               raw.account_id, told->>3, (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id
                       and raw.received_at >= ended.since
        order by place
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into noted from written;
end $$;

ALTER FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_day_rebuild(targets text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    set local lock_timeout = '10s';
    perform pg_advisory_xact_lock(4201, 4);
    insert into events.days_to_fold as waiting (day, imei, vehicle_id, due_at)
    select day, imei, vehicle_id, now() from events.days_refolded
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    perform pg_notify('events_days_due', '');
    delete from events.days_refolded;
    set local lock_timeout = '500ms';
    perform series.swap(targets);
    delete from events.rebuilds where table_name = 'state.vehicle_days';
end $$;

ALTER FUNCTION events.finish_day_rebuild(targets text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_days(of_days date[], of_imeis text[], of_vehicles bigint[], folded_marks bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    insert into events.days_refolded
    select folded.* from unnest(of_days, of_imeis, of_vehicles) folded
    where exists (select from events.rebuilds where table_name = 'state.vehicle_days')
    on conflict do nothing;
    delete from events.days_to_fold held
    using unnest(of_days, of_imeis, of_vehicles, folded_marks) folded (day, imei, vehicle_id, mark)
    where (held.day, held.imei, held.vehicle_id, held.mark) = (folded.day, folded.imei, folded.vehicle_id, folded.mark);
    update events.days_to_fold held set due_at = default, worker = null, lease_until = null
    from unnest(of_days, of_imeis, of_vehicles) folded (day, imei, vehicle_id)
    where (held.day, held.imei, held.vehicle_id) = (folded.day, folded.imei, folded.vehicle_id);
end $$;

ALTER FUNCTION events.finish_days(of_days date[], of_imeis text[], of_vehicles bigint[], folded_marks bigint[]) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_rebuild(target text, projector_name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    folded bigint;
    renamed text[];
begin
    set local lock_timeout = '10s';
    select position into strict folded from events.cursors where projector = projector_name for update;
    perform events.continue_rebuild(target, 2147483647, folded);
    if target = 'state.devices' then
        perform pg_advisory_xact_lock(4201, 4);   -- before the table: whoever refreshes identities takes it first
        renamed := state.differing_devices('rebuild.devices');
    end if;
    set local lock_timeout = '500ms';
    perform series.swap(array[target]);
    execute format('drop view rebuild.%I', split_part(target, '.', 2) || '_facts');
    delete from events.rebuilds where table_name = target;
    update events.cursors set epoch = epoch + 1 where projector = projector_name;
    perform state.refresh_identities(renamed);
end $$;

ALTER FUNCTION events.finish_rebuild(target text, projector_name text) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_registry(folded bigint, written text[]) RETURNS TABLE(table_name text, removed bigint, inserted bigint)
    LANGUAGE plpgsql
    AS $$
declare
    up_to_id bigint;
begin
    set local lock_timeout = '10s';
    select position into strict up_to_id from events.cursors where projector = 'registry' for update;
    perform beside.project_registry(folded, up_to_id, 'scratch.facts');
    table_name := 'domain.accounts';
    select * into removed, inserted from events.put_accounts_right();
    return next;
    foreach table_name in array array_remove(written, table_name) loop
        execute format('alter table %s disable trigger user', table_name);
        select * into removed, inserted
        from events.put_right(table_name::regclass, replace(table_name, 'domain.', 'beside.')::regclass);
        execute format('alter table %s enable trigger user', table_name);
        return next;
    end loop;
    perform state.mend_identities();
    update events.cursors set epoch = epoch + 1 where projector = 'registry';
end $$;

ALTER FUNCTION events.finish_registry(folded bigint, written text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_reparse(request bigint, version smallint, facts jsonb, told jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    asked events.reparse_requests;
    added integer := 0;
begin
    select * into asked from events.reparse_requests where request_id = request and outcome is null for update;
    if not found then
        return;
    end if;
    if asked.apply then
        added := events.add_facts(version, facts);
    end if;
    update events.reparse_requests set outcome = told || jsonb_build_object('added', added)
    where request_id = request;
end $$;

ALTER FUNCTION events.finish_reparse(request bigint, version smallint, facts jsonb, told jsonb) OWNER TO fleet_owner;

CREATE FUNCTION events.fold(projector_name text, after_id bigint, up_to_id bigint) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    fact_source regclass := events.source_of(after_id, up_to_id);
    problem text;
begin
    perform series.unbound_changes();
    for attempt in 1..2 loop
        begin
            execute format('select state.%I($1, $2, source => $3)', 'project_' || projector_name)
                using after_id, up_to_id, fact_source;
            return null;
        exception
            when data_exception or integrity_constraint_violation or cardinality_violation or program_limit_exceeded
                 or raise_exception then
                problem := format('%s (%s)', sqlerrm, sqlstate);
        end;
        exit when problem not like '%(23514)' or series.ensure_all(clock_timestamp()) = 0;
    end loop;
    return problem;
end $_$;

ALTER FUNCTION events.fold(projector_name text, after_id bigint, up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.forget_poll_watermark(poll text, account integer, what text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    delete from events.poll_watermarks where job = poll and account_id = account and subject = what;
$$;

ALTER FUNCTION events.forget_poll_watermark(poll text, account integer, what text) OWNER TO fleet_owner;

CREATE FUNCTION events.has_archived_facts(made_of text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $$
declare
    first bigint;
begin
    if to_regclass('rebuild.every_fact') is null then
        return false;
    end if;
    select coalesce(min(id), 0) into first from rebuild.archived_facts;
    return exists (select from events.rebuilds
                   where table_name = 'rebuild.archived_facts' and made_by = made_of and position = first);
end $$;

ALTER FUNCTION events.has_archived_facts(made_of text) OWNER TO fleet_owner;

CREATE TABLE events.raw (
    id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    account_id integer NOT NULL,
    topic text NOT NULL,
    content_type text NOT NULL,
    body bytea NOT NULL,
    request_meta jsonb NOT NULL,
    verified_by text NOT NULL
)
PARTITION BY RANGE (received_at);
ALTER TABLE ONLY events.raw ALTER COLUMN body SET COMPRESSION lz4;

ALTER TABLE events.raw OWNER TO fleet_owner;

CREATE FUNCTION events.held_facts(raw events.raw) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select coalesce(jsonb_agg(distinct jsonb_build_array(item, kind)), '[]')
    from events.parsed where received_at = raw.received_at and raw_id = raw.id;
$$;

ALTER FUNCTION events.held_facts(raw events.raw) OWNER TO fleet_owner;

CREATE FUNCTION events.held_parsed(lower_bound timestamp with time zone, upper_bound timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select 'its facts are not folded by ' || string_agg(projector, ', ' order by projector)
    from events.cursors
    where exists (select from events.parsed where received_at >= lower_bound and received_at < upper_bound
                                              and id > position);
$$;

ALTER FUNCTION events.held_parsed(lower_bound timestamp with time zone, upper_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.held_raw(lower_bound timestamp with time zone, upper_bound timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
declare
    parsed_to bigint := (select least((select handed_out from events.frontiers where stage = 'parse'),
                                      (select min(after_id) from events.claims where stage = 'parse')));
    to_be_archived boolean := (select archive from series.retention where table_name = 'events.raw');
begin
    if exists (select from events.raw where received_at >= lower_bound and received_at < upper_bound
                                        and id > parsed_to) then
        return 'it is not wholly parsed';
    end if;
    return coalesce(events.held_parsed(lower_bound, upper_bound),
                    case when to_be_archived and not events.is_archived(lower_bound, upper_bound)
                         then 'it is not archived' end);
end $$;

ALTER FUNCTION events.held_raw(lower_bound timestamp with time zone, upper_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.insert_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
declare
    ids bigint[];
begin
    with batch as (
        select nextval('events.raw_id') as id, item.*
        from unnest(sources, accounts, topics, content_types, bodies, metas, verifiers)
             as item (source, account_id, topic, content_type, body, meta, verified_by)
    ), stored as (
        insert into events.raw (id, received_at, source, account_id, topic, content_type, body,
                                request_meta, verified_by)
        select id, clock_timestamp(), source, account_id, topic, content_type, body, meta::jsonb, verified_by
        from batch
        returning id
    )
    select array_agg(id order by id) into ids from stored;
    return ids;
end $$;

ALTER FUNCTION events.insert_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.is_archived(lower_bound timestamp with time zone, upper_bound timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    select (select count(*) from events.raw where received_at >= lower_bound and received_at < upper_bound)
         = (select coalesce(sum(rows), 0) from events.archives
            where chunk_from = lower_bound and chunk_to = upper_bound and revision = 1);
$$;

ALTER FUNCTION events.is_archived(lower_bound timestamp with time zone, upper_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.job_successes() RETURNS TABLE(job text, account text, succeeded_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select job, account, succeeded_at from events.jobs where succeeded_at is not null;
$$;

ALTER FUNCTION events.job_successes() OWNER TO fleet_owner;

CREATE FUNCTION events.keep_archived_facts(made_of text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    create index on rebuild.archived_facts (id);
    analyze rebuild.archived_facts;
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    select 'rebuild.archived_facts', 'events.archives', coalesce(min(id), 0), 0, made_of from rebuild.archived_facts;
end $$;

ALTER FUNCTION events.keep_archived_facts(made_of text) OWNER TO fleet_owner;

CREATE FUNCTION events.keep_jobs(kept_jobs text[], kept_accounts text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    delete from events.jobs
    where (job, account) not in (
        select kept.name, kept.code from unnest(kept_jobs, kept_accounts) kept (name, code));
$$;

ALTER FUNCTION events.keep_jobs(kept_jobs text[], kept_accounts text[]) OWNER TO fleet_owner;

CREATE FUNCTION events.lag() RETURNS TABLE(stage text, waiting bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select 'parse', coalesce((select max(id) from events.raw where id > handed_out), handed_out)
                    - least(handed_out, (select min(after_id) from events.claims where claims.stage = 'parse'))
    from events.frontiers where frontiers.stage = 'parse'
    union all
    select projector, (select events.newest_fact()) - position from events.cursors
    union all
    select 'vehicle_days', count(*) from events.days_to_fold where due_at <= clock_timestamp();
$$;

ALTER FUNCTION events.lag() OWNER TO fleet_owner;

CREATE FUNCTION events.left_by_replays() RETURNS TABLE(relation text, bytes bigint, rebuilds text, source text, built_to bigint, started_at timestamp with time zone, moved_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    with left_over as (
        select format('%s.%s', nspname, relname) as name, 'state.' || relname as live
        from pg_catalog.pg_class
        join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
        where nspname in ('rebuild', 'scratch', 'beside') and relkind in ('r', 'p') and not relispartition
    )
    select name, series.bytes(name), made.table_name, made.source, made.position, made.started_at, made.moved_at
    from left_over
    left join events.rebuilds made on made.table_name = live and name like 'rebuild.%'
    order by name;
$$;

ALTER FUNCTION events.left_by_replays() OWNER TO fleet_owner;

CREATE FUNCTION events.lock_vehicles_of_days(of_days date[], of_imeis text[], of_vehicles bigint[]) RETURNS TABLE(vehicle_id bigint, day date)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform set_config('synchronous_commit', 'off', true);
    perform pg_advisory_xact_lock_shared(4201, 4);
    for vehicle_id, day in
        select distinct known.vehicle_id, known.day from (
            select marked.vehicle_id, marked.day from unnest(of_vehicles, of_days) marked (vehicle_id, day)
            where marked.vehicle_id <> 0
            union all
            select mount.vehicle_id, marked.day from unnest(of_imeis, of_days) marked (imei, day)
            join state.mounts mount on mount.imei = marked.imei
                 and mount.valid_from < domain.eat_midnight(marked.day + 1)
                 and mount.valid_until > domain.eat_midnight(marked.day)) known
        order by known.vehicle_id, known.day
    loop
        perform pg_advisory_xact_lock(4202, hashint8(vehicle_id));
        return next;
    end loop;
end $$;

ALTER FUNCTION events.lock_vehicles_of_days(of_days date[], of_imeis text[], of_vehicles bigint[]) OWNER TO fleet_owner;

CREATE FUNCTION events.make_archived_facts() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
begin
    perform events.drop_archived_facts();
    create unlogged table rebuild.archived_facts (like events.parsed);
    create view rebuild.every_fact as
        select * from rebuild.archived_facts union all select * from events.active_facts;
    return coalesce((select min(id) - 1 from events.parsed), (select min(position) from events.cursors));
end $$;

ALTER FUNCTION events.make_archived_facts() OWNER TO fleet_owner;

CREATE FUNCTION events.mark_days(imeis text[] DEFAULT NULL::text[], from_time timestamp with time zone DEFAULT NULL::timestamp with time zone, to_time timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    marked bigint;
begin
    insert into events.days_to_fold as waiting (day, imei, due_at)
    select distinct domain.eat_day(fixed_at), imei, now() from state.position_history
    where (imeis is null or imei = any (imeis))
      and (from_time is null or fixed_at >= from_time) and (to_time is null or fixed_at < to_time)
    union
    select day, unnest(days.imeis), now() from state.vehicle_days days
    where (mark_days.imeis is null or days.imeis && mark_days.imeis)
      and (from_time is null or day >= domain.eat_day(from_time)) and (to_time is null or day <= domain.eat_day(to_time))
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    get diagnostics marked = row_count;
    perform pg_notify('events_days_due', '');
    return marked;
end $$;

ALTER FUNCTION events.mark_days(imeis text[], from_time timestamp with time zone, to_time timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.move_poll_watermark(poll text, account integer, what text, reached timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into events.poll_watermarks as held (job, account_id, subject, reached_at)
    values (poll, account, what, reached)
    on conflict (job, account_id, subject) do update set
        reached_at = excluded.reached_at, moved_at = excluded.moved_at
    where held.reached_at < excluded.reached_at;
$$;

ALTER FUNCTION events.move_poll_watermark(poll text, account integer, what text, reached timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.newest_fact() RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    select coalesce((select last_id from events.parsed_spans order by bucket desc limit 1), 0);
$$;

ALTER FUNCTION events.newest_fact() OWNER TO fleet_owner;

CREATE FUNCTION events.next_archive() RETURNS TABLE(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select due.lower_bound, due.upper_bound,
           coalesce((select max(up_to_id) from events.archives
                     where chunk_from = due.lower_bound and chunk_to = due.upper_bound), 0)
    from series.due_chunks('events.raw') due
    where held = 'it is not archived'
    order by due.lower_bound limit 1;
$$;

ALTER FUNCTION events.next_archive() OWNER TO fleet_owner;

CREATE FUNCTION events.next_range(seen_id bigint, max_facts integer, OUT after_id bigint, OUT up_to_id bigint) RETURNS record
    LANGUAGE sql STABLE
    AS $$
    select start, least(start + max_facts, newest)
    from events.newest_fact() newest
    cross join lateral (
        select greatest(seen_id, (bucket << 14) - 1) as start from events.parsed_spans
        where bucket >= (seen_id + 1) >> 14 order by bucket limit 1) first_bucket
    where newest > seen_id;
$$;

ALTER FUNCTION events.next_range(seen_id bigint, max_facts integer, OUT after_id bigint, OUT up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.next_reparse() RETURNS TABLE(request_id bigint, apply boolean, held jsonb, raw_id bigint, received_at timestamp with time zone, source text, topic text, content_type text, body bytea, request_meta jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select asked.request_id, asked.apply, events.held_facts(raw), raw.id, raw.received_at, raw.source, raw.topic,
           raw.content_type, raw.body, raw.request_meta
    from events.reparse_requests asked
    join events.raw on raw.id = asked.raw_id
    where asked.outcome is null
    order by asked.request_id
    limit 1;
$$;

ALTER FUNCTION events.next_reparse() OWNER TO fleet_owner;

CREATE FUNCTION events.note_archive(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint, read_back_sha256 text, file_bytes bigint, file_sha256 text, path text, url text) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    log record;
    entered bigint;
begin
    select * into log from events.content_hash(chunk_from, chunk_to, after_id, up_to_id);
    if log.content_sha256 <> read_back_sha256 then
        raise exception 'archive file %: its rows are not those of the log', path using errcode = 'data_corrupted';
    end if;
    insert into events.archives (chunk_from, chunk_to, after_id, up_to_id, first_received_at, last_received_at, rows,
                                 body_bytes, file_bytes, file_sha256, content_sha256, path, url)
    values (note_archive.chunk_from, note_archive.chunk_to, note_archive.after_id, note_archive.up_to_id,
            log.first_received_at, log.last_received_at, log.rows, log.body_bytes, note_archive.file_bytes,
            note_archive.file_sha256, log.content_sha256, note_archive.path, note_archive.url)
    returning archive_id into entered;
    return entered;
end $$;

ALTER FUNCTION events.note_archive(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint, read_back_sha256 text, file_bytes bigint, file_sha256 text, path text, url text) OWNER TO fleet_owner;

CREATE FUNCTION events.note_day_built(day date) RETURNS void
    LANGUAGE sql
    AS $$
    update events.rebuilds set position = day - date '2000-01-01', moved_at = clock_timestamp()
    where table_name = 'state.vehicle_days';
$$;

ALTER FUNCTION events.note_day_built(day date) OWNER TO fleet_owner;

CREATE FUNCTION events.note_facts(ids bigint[], moments timestamp with time zone[]) RETURNS integer
    LANGUAGE sql
    AS $$
    insert into events.parsed_spans as held (bucket, last_id, first_received_at, last_received_at)
    select id >> 14, max(id), min(received_at), max(received_at)
    from unnest(ids, moments) fact (id, received_at)
    group by id >> 14
    on conflict (bucket) do update set
        last_id = greatest(held.last_id, excluded.last_id),
        first_received_at = least(held.first_received_at, excluded.first_received_at),
        last_received_at = greatest(held.last_received_at, excluded.last_received_at);
    select coalesce(cardinality(ids), 0);
$$;

ALTER FUNCTION events.note_facts(ids bigint[], moments timestamp with time zone[]) OWNER TO fleet_owner;

CREATE FUNCTION events.note_job_end(job_name text, account_code text, at timestamp with time zone, rows_brought bigint, trouble text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update events.jobs set
        ended_at = at,
        succeeded_at = case when rows_brought is null then succeeded_at else at end,
        brought = coalesce(rows_brought, 0),
        failures_in_a_row = case when rows_brought is null then failures_in_a_row + 1 else 0 end,
        problem = trouble,
        waits_for = null
    where job = job_name and account = account_code;
$$;

ALTER FUNCTION events.note_job_end(job_name text, account_code text, at timestamp with time zone, rows_brought bigint, trouble text) OWNER TO fleet_owner;

CREATE FUNCTION events.note_job_start(job_name text, account_code text, every_s integer, at timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into events.jobs (job, account, interval_s, started_at) values (job_name, account_code, every_s, at)
    on conflict (job, account) do update set
        interval_s = excluded.interval_s, started_at = excluded.started_at;
$$;

ALTER FUNCTION events.note_job_start(job_name text, account_code text, every_s integer, at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.note_job_wait(job_name text, account_code text, at timestamp with time zone, what_for text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update events.jobs set ended_at = at, brought = 0, failures_in_a_row = 0, problem = null, waits_for = what_for
    where job = job_name and account = account_code;
$$;

ALTER FUNCTION events.note_job_wait(job_name text, account_code text, at timestamp with time zone, what_for text) OWNER TO fleet_owner;

CREATE FUNCTION events.note_newest_facts() RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    from_id bigint;
begin
    perform pg_advisory_xact_lock(4201, 2);
    from_id := coalesce((select max(bucket) - 1 from events.parsed_spans), 0) << 14;
    return (select events.note_facts(array_agg(id), array_agg(received_at)) from events.parsed where id >= from_id);
end $$;

ALTER FUNCTION events.note_newest_facts() OWNER TO fleet_owner;

CREATE FUNCTION events.put_accounts_right(OUT removed bigint, OUT inserted bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
begin
    insert into domain.accounts (code, name)
    select code, name from beside.accounts where code not in (select code from domain.accounts)
    on conflict (code) do nothing;   -- whom cron has come by meanwhile
    get diagnostics inserted = row_count;
    perform events.take_over_arrivals();
    update domain.accounts live
    set (name, name_as_of, polled, polled_as_of) = (told.name, told.name_as_of, told.polled, told.polled_as_of)
    from beside.accounts told where told.code = live.code and live is distinct from told;
    get diagnostics removed = row_count;
    inserted := inserted + removed;
end $$;

ALTER FUNCTION events.put_accounts_right(OUT removed bigint, OUT inserted bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.put_aside(projector_name text, fact bigint, problem text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if (select count(*) from events.set_aside where projector = projector_name) >= 1000 then
        raise exception 'a thousand facts are set aside already, and this one cannot be folded either: %', problem;
    end if;
    insert into events.set_aside (projector, fact_id, raw_id, received_at, item, kind, imei, error, tried_at)
    select projector_name, id, raw_id, received_at, item, kind, imei, left(problem, 500), clock_timestamp()
    from events.facts(events.source_of(fact - 1, fact), fact - 1, fact);
end $$;

ALTER FUNCTION events.put_aside(projector_name text, fact bigint, problem text) OWNER TO fleet_owner;

CREATE FUNCTION events.put_right(target regclass, beside regclass, OUT removed bigint, OUT inserted bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
begin
    execute format('delete from %1$s where (%3$s) in (select %3$s from (table %1$s except table %2$s) wrong)',
                   target, beside, state.key_columns(target));
    get diagnostics removed = row_count;
    execute format('insert into %1$s table %2$s except table %1$s', target, beside);
    get diagnostics inserted = row_count;
end $_$;

ALTER FUNCTION events.put_right(target regclass, beside regclass, OUT removed bigint, OUT inserted bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.read_poll_watermarks(poll text, account integer) RETURNS TABLE(subject text, reached_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select subject, reached_at from events.poll_watermarks where job = poll and account_id = account;
$$;

ALTER FUNCTION events.read_poll_watermarks(poll text, account integer) OWNER TO fleet_owner;

CREATE FUNCTION events.reparse_chunk(reparse bigint, chunk_up_to bigint, facts jsonb, rejections jsonb, chunk_imeis text[], chunk_from timestamp with time zone, chunk_to timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    begun events.reparses := (select r from events.reparses r where reparse_id = reparse for update);
    chunk int8range := int8range(begun.position, chunk_up_to, '(]');
    noted integer;
begin
    insert into events.rejected (raw_id, received_at, item, parser_version, reason, detail)
    select raw.id, raw.received_at, (told->>1)::integer, begun.parser_version, told->>2, told->>3
    from jsonb_array_elements(rejections) told
    join events.raw on raw.id = (told->>0)::bigint
    on conflict do nothing;

    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    with written as (
        insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                                   occurred_at, data)
        select raw.id, raw.received_at, (told->>1)::integer, begun.parser_version, told->>2, raw.source,
               raw.account_id, told->>3, (told->>4)::timestamptz, told->5
        from jsonb_array_elements(facts) with ordinality as fact (told, place)
        join events.raw on raw.id = (told->>0)::bigint
        order by place
        on conflict do nothing
        returning id, received_at
    )
    select events.note_facts(array_agg(id), array_agg(received_at)) into noted from written;

    insert into events.ledger (parser_version, after_id, up_to_id, action)
    select distinct parser_version, begun.position, chunk_up_to, 'superseded' from (
        select parser_version from events.ledger where int8range(after_id, up_to_id, '(]') && chunk
        union all
        select held.parser_version from events.raw join events.parsed held
            on held.raw_id = raw.id and held.received_at = raw.received_at
        where raw.id > begun.position and raw.id <= chunk_up_to) spoke
    where parser_version <> begun.parser_version;
    insert into events.ledger (parser_version, after_id, up_to_id, action)
    values (begun.parser_version, begun.position, chunk_up_to, 'applied');

    update events.reparses
    set position = chunk_up_to, changed_from = least(changed_from, chunk_from),
        changed_to = greatest(changed_to, chunk_to),
        imeis = array(select imei from unnest(imeis) imei union select unnest(chunk_imeis) order by 1)
    where reparse_id = reparse;
end $$;

ALTER FUNCTION events.reparse_chunk(reparse bigint, chunk_up_to bigint, facts jsonb, rejections jsonb, chunk_imeis text[], chunk_from timestamp with time zone, chunk_to timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION events.reparse_span(from_time timestamp with time zone, to_time timestamp with time zone, OUT after_id bigint, OUT up_to_id bigint) RETURNS record
    LANGUAGE sql STABLE
    AS $$
    select min(id) - 1,
           least(max(id), (select handed_out from events.frontiers where stage = 'parse'),
                 (select min(claims.after_id) from events.claims where stage = 'parse'))
    from events.raw where received_at >= from_time and received_at < to_time;
$$;

ALTER FUNCTION events.reparse_span(from_time timestamp with time zone, to_time timestamp with time zone, OUT after_id bigint, OUT up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.replace_archive(replaced bigint, new_file_bytes bigint, new_file_sha256 text, new_content_sha256 text, new_path text, new_url text) RETURNS void
    LANGUAGE sql
    AS $$
    insert into events.archives (chunk_from, chunk_to, after_id, up_to_id, revision, first_received_at,
                                 last_received_at, rows, body_bytes, file_bytes, file_sha256, content_sha256, path, url)
    select chunk_from, chunk_to, after_id, up_to_id, revision + 1, first_received_at, last_received_at, rows,
           body_bytes, new_file_bytes, new_file_sha256, new_content_sha256, new_path, new_url
    from events.archives where archive_id = replaced;
$$;

ALTER FUNCTION events.replace_archive(replaced bigint, new_file_bytes bigint, new_file_sha256 text, new_content_sha256 text, new_path text, new_url text) OWNER TO fleet_owner;

CREATE FUNCTION events.replace_part(target text, projector_name text, folded bigint, from_time timestamp with time zone, to_time timestamp with time zone, imeis text[], OUT removed bigint, OUT inserted bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
declare
    part text := 'scratch.' || split_part(target, '.', 2);
    time_column text := (select c.time_column from series.catalog c where table_name = target);
    up_to_id bigint;
begin
    set local lock_timeout = '10s';
    perform series.unbound_changes();
    select position into strict up_to_id from events.cursors where projector = projector_name for update;
    execute format('select state.%I($1, $2, $3, $4)', 'project_' || split_part(target, '.', 2))
        using folded, up_to_id, part::regclass, 'scratch.facts'::regclass;
    execute format('delete from %s where ($3 is null or imei = any ($3))', target)
        || coalesce(' and ($1 is null or ' || quote_ident(time_column) || ' >= $1)'
                    ' and ($2 is null or ' || quote_ident(time_column) || ' < $2)', '')
        using from_time, to_time, imeis;
    get diagnostics removed = row_count;
    execute format('insert into %s select * from %s', target, part);
    get diagnostics inserted = row_count;
    update events.cursors set epoch = epoch + 1 where projector = projector_name;
    if target = 'state.devices' then
        perform state.refresh_identities(coalesce(imeis, array(select imei from domain.devices)));
    elsif target = 'state.position_history' then
        perform events.mark_days(imeis, from_time, to_time);
    end if;
end $_$;

ALTER FUNCTION events.replace_part(target text, projector_name text, folded bigint, from_time timestamp with time zone, to_time timestamp with time zone, imeis text[], OUT removed bigint, OUT inserted bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.restrict_facts(target text, source regclass, projector_name text, from_time timestamp with time zone DEFAULT NULL::timestamp with time zone, to_time timestamp with time zone DEFAULT NULL::timestamp with time zone, imeis text[] DEFAULT NULL::text[], ahead interval DEFAULT NULL::interval) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create or replace view %s as select * from %s
                    where id not in (select fact_id from events.set_aside where projector = %L)',
                   target, source, projector_name)
        || coalesce(' and occurred_at >= ' || quote_literal(from_time)
                    || ' and received_at >= ' || quote_literal(from_time - ahead), '')
        || coalesce(' and occurred_at < ' || quote_literal(to_time), '')
        || coalesce(' and imei = any (' || quote_literal(imeis) || ')', '');
end $$;

ALTER FUNCTION events.restrict_facts(target text, source regclass, projector_name text, from_time timestamp with time zone, to_time timestamp with time zone, imeis text[], ahead interval) OWNER TO fleet_owner;

CREATE FUNCTION events.retry_set_aside(projector_name text, fact bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION events.retry_set_aside(projector_name text, fact bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.set_aside_counts() RETURNS TABLE(projector text, facts bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select projector, count(*) from events.set_aside group by projector order by projector;
$$;

ALTER FUNCTION events.set_aside_counts() OWNER TO fleet_owner;

CREATE FUNCTION events.source_of(after_id bigint, up_to_id bigint) RETURNS regclass
    LANGUAGE sql STABLE
    AS $$
    select coalesce(series.chunk_of('events.parsed', min(first_received_at), max(last_received_at)),
                    'events.parsed'::regclass)
    from events.parsed_spans where bucket between (after_id + 1) >> 14 and up_to_id >> 14;
$$;

ALTER FUNCTION events.source_of(after_id bigint, up_to_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.source_rank(source text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case source when 'jimi.push' then 2 when 'jimi.poll' then 1 else 0 end::smallint;
$$;

ALTER FUNCTION events.source_rank(source text) OWNER TO fleet_owner;

CREATE FUNCTION events.still_waiting(raw_ids bigint[]) RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select raw_id from unnest(raw_ids) raw_id
    where raw_id > (select handed_out from events.frontiers where stage = 'parse')
       or exists (select from events.claims
                  where stage = 'parse' and raw_id > after_id and raw_id <= up_to_id)
    order by raw_id;
$$;

ALTER FUNCTION events.still_waiting(raw_ids bigint[]) OWNER TO fleet_owner;

CREATE FUNCTION events.take_over_arrivals() RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    update beside.devices device set account_id = live.account_id
    from beside.accounts account join domain.accounts live using (code)
    where account.account_id = device.account_id and live.account_id <> account.account_id;

    update beside.accounts account set
        account_id = live.account_id, created_at = live.created_at,
        parent_code = live.parent_code, found_at = live.found_at,
        name = case when account.name_as_of = '-infinity' or live.name_as_of > account.name_as_of
                    then live.name else account.name end,
        name_as_of = greatest(account.name_as_of, live.name_as_of),
        polled = case when account.polled_as_of = '-infinity' or live.polled_as_of > account.polled_as_of
                      then live.polled else account.polled end,
        polled_as_of = greatest(account.polled_as_of, live.polled_as_of)
    from domain.accounts live where live.code = account.code;
    insert into beside.accounts select * from domain.accounts where code not in (select code from beside.accounts);

    alter table beside.cost_centres rename to told_centres;
    create table beside.cost_centres (like domain.cost_centres including all);
    insert into beside.cost_centres (name, code, slot)
    select name, live.code, live.slot from domain.cost_centres live join beside.told_centres using (name);
    perform beside.register_cost_centre(name) from (select name from beside.told_centres order by slot) told;
    update beside.cost_centres centre set told_code = told.told_code
    from beside.told_centres told where told.name = centre.name and told.told_code is distinct from centre.told_code;
    perform beside.settle_codes();
end $$;

ALTER FUNCTION events.take_over_arrivals() OWNER TO fleet_owner;

CREATE FUNCTION events.version_of(raw bigint) RETURNS smallint
    LANGUAGE sql STABLE
    AS $$
    select parser_version from events.ledger
    where action = 'applied' and int8range(after_id, up_to_id, '(]') @> raw
    order by entry_id desc limit 1;
$$;

ALTER FUNCTION events.version_of(raw bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.waiting_days() RETURNS TABLE(vehicle_id bigint, day date)
    LANGUAGE sql STABLE
    AS $$
    select marked.vehicle_id, marked.day from events.days_to_fold marked where marked.vehicle_id <> 0
    union
    select mount.vehicle_id, marked.day from events.days_to_fold marked
    join state.mounts mount on mount.imei = marked.imei and mount.valid_from < domain.eat_midnight(marked.day + 1)
         and mount.valid_until > domain.eat_midnight(marked.day);
$$;

ALTER FUNCTION events.waiting_days() OWNER TO fleet_owner;

CREATE FUNCTION geo.cell_of(lat double precision, lon double precision) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (round(lat * 2000)::bigint + 180000) * 1000000 + round(lon * 2000)::bigint + 360000;
$$;

ALTER FUNCTION geo.cell_of(lat double precision, lon double precision) OWNER TO fleet_owner;

CREATE FUNCTION geo.good_for(known geo.address_precision) RETURNS interval
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case known when 'street' then interval '365 days' else interval '90 days' end;
$$;

ALTER FUNCTION geo.good_for(known geo.address_precision) OWNER TO fleet_owner;

CREATE FUNCTION geo.keep_address(asked_cell bigint, said text, how_precise geo.address_precision, said_by text, said_at timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    insert into state.geocoded_positions as held (cell, address, precision, source, asked_at, last_asked_at)
    values (asked_cell, said, how_precise, said_by, said_at, said_at)
    on conflict (cell) do update set
        (address, precision, source, asked_at) = (
            select * from (values (held.address, held.precision, held.source, held.asked_at),
                                  (excluded.address, excluded.precision, excluded.source, excluded.asked_at))
                answer (address, precision, source, asked_at)
            order by precision desc, asked_at desc, source, address limit 1
        ),
        last_asked_at = greatest(held.last_asked_at, excluded.last_asked_at);
$$;

ALTER FUNCTION geo.keep_address(asked_cell bigint, said text, how_precise geo.address_precision, said_by text, said_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION geo.keep_answer(asked_cell bigint, geocoder text, geocoders text[], said text, how_precise geo.address_precision) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    if how_precise > 'nothing' then
        delete from geo.waiting where cell = asked_cell;
        perform geo.keep_address(asked_cell, said, how_precise, geocoder, clock_timestamp());
    else
        perform geo.note_tried(asked_cell, geocoder, geocoders, false);
    end if;
    update geo.geocoders set succeeded_at = clock_timestamp(), failures_in_a_row = 0, paused_until = '-infinity'
    where name = geocoder;
end $$;

ALTER FUNCTION geo.keep_answer(asked_cell bigint, geocoder text, geocoders text[], said text, how_precise geo.address_precision) OWNER TO fleet_owner;

CREATE FUNCTION geo.look_for_places(every interval, most integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION geo.look_for_places(every interval, most integer) OWNER TO fleet_owner;

CREATE FUNCTION geo.middle_of(cell bigint, OUT lat double precision, OUT lon double precision) RETURNS record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (cell / 1000000 - 180000) / 2000.0::double precision,
           (cell % 1000000 - 360000) / 2000.0::double precision;
$$;

ALTER FUNCTION geo.middle_of(cell bigint, OUT lat double precision, OUT lon double precision) OWNER TO fleet_owner;

CREATE FUNCTION geo.next_question(geocoders text[], every interval, lease interval) RETURNS TABLE(cell bigint, lat double precision, lon double precision, geocoder text, wait_s double precision)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    at_present timestamptz := clock_timestamp();
    usable text[] := array(
        select known.name from unnest(geocoders) with ordinality asked (name, place) join geo.geocoders known using (name)
        where known.paused_until <= at_present order by place);
    wanted geo.waiting;
    whom text;
begin
    select * into wanted from geo.waiting
    where waiting.due_at <= at_present and not waiting.tried @> usable
    order by waiting.priority, waiting.stood_at desc, waiting.cell limit 1
    for update skip locked;
    if not found then
        return;
    end if;
    select name into whom from unnest(usable) with ordinality u (name, place)
    where name <> all (wanted.tried) order by place limit 1;
    update geo.geocoders set free_at = at_present + every where name = whom and free_at <= at_present;
    if not found then
        return query
        select null::bigint, null::double precision, null::double precision, null::text,
               greatest(extract(epoch from free_at - at_present), 0)::double precision
        from geo.geocoders where name = whom;
        return;
    end if;
    update geo.waiting set due_at = at_present + lease where waiting.cell = wanted.cell;
    return query
    select wanted.cell, middle.lat, middle.lon, whom, 0.0::double precision
    from geo.middle_of(wanted.cell) middle;
end $$;

ALTER FUNCTION geo.next_question(geocoders text[], every interval, lease interval) OWNER TO fleet_owner;

CREATE FUNCTION geo.note_failure(asked_cell bigint, geocoder text, geocoders text[], why text, asked_pause interval) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    perform geo.note_tried(asked_cell, geocoder, geocoders, true);
    update geo.geocoders set
        failures_in_a_row = failures_in_a_row + 1, failed_at = clock_timestamp(), problem = why,
        paused_until = clock_timestamp() + greatest(
            asked_pause, least(interval '1 s' * 2 ^ least(failures_in_a_row + 1, 20), interval '15 min'))
    where name = geocoder;
end $$;

ALTER FUNCTION geo.note_failure(asked_cell bigint, geocoder text, geocoders text[], why text, asked_pause interval) OWNER TO fleet_owner;

CREATE FUNCTION geo.note_tried(asked_cell bigint, geocoder text, geocoders text[], has_failed boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    round geo.waiting;
begin
    update geo.waiting set
        tried = array_append(array_remove(tried, geocoder), geocoder), failed = failed or has_failed,
        due_at = '-infinity'
    where cell = asked_cell returning * into round;
    if (round.tried @> geocoders) is not true then   -- somebody is left to ask, or nobody waits for it any more
        return;
    elsif round.failed then
        update geo.waiting set
            tried = '{}', failed = false, failures = failures + 1,
            due_at = clock_timestamp() + least(interval '1 min' * 2 ^ least(failures, 20), interval '1 day')
        where cell = asked_cell;
    else
        perform geo.keep_address(asked_cell, null, 'nothing', geocoder, clock_timestamp());
        delete from geo.waiting where cell = asked_cell;
    end if;
end $$;

ALTER FUNCTION geo.note_tried(asked_cell bigint, geocoder text, geocoders text[], has_failed boolean) OWNER TO fleet_owner;

CREATE FUNCTION geo.status() RETURNS json
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select json_build_object(
        'waiting', (select count(*) from geo.waiting),
        'retrying', (select count(*) from geo.waiting where failures > 0),
        'geocoders', (select coalesce(json_object_agg(name, json_build_object(
            'succeeded_at', succeeded_at,
            'failed_at', failed_at,
            'problem', problem,
            'failures_in_a_row', failures_in_a_row,
            'paused_until', nullif(paused_until, '-infinity'))), '{}')
            from geo.geocoders where succeeded_at is not null or failed_at is not null));
$$;

ALTER FUNCTION geo.status() OWNER TO fleet_owner;

CREATE FUNCTION series.add_partition(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone, append_only boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    partition_name text := series.partition_name(target, lower_bound);
begin
    if to_regclass(partition_name) is not null then
        return 0;
    end if;
    -- Made beside and then attached: CREATE … PARTITION OF would lock the parent against every reader.
    execute format('create table %s (like %s including all)', partition_name, target);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                   target, partition_name, lower_bound, upper_bound);
    if append_only then
        perform series.forbid_truncate(partition_name::regclass);
    end if;
    return 1;
end $$;

ALTER FUNCTION series.add_partition(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone, append_only boolean) OWNER TO fleet_owner;

CREATE FUNCTION series.allow_compression(target text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    held_columns name[] := array(select attname from pg_catalog.pg_attribute
                                 where attrelid = target::regclass and attnum > 0 and not attisdropped);
    told boolean;
begin
    execute 'select compression_enabled from timescaledb_information.hypertables '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass'
        into told using target;
    if told then
        return;
    end if;
    execute format('alter table %s set (timescaledb.compress, timescaledb.compress_segmentby = %L, '
                   'timescaledb.compress_orderby = %L)', target,
                   case when 'imei' = any (held_columns) then 'imei' else '' end,
                   concat_ws(', ', quote_ident(entry.time_column), case when 'id' = any (held_columns) then 'id' end));
end $_$;

ALTER FUNCTION series.allow_compression(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.bytes(target text) RETURNS bigint
    LANGUAGE plpgsql STABLE
    AS $$
declare
    size bigint;
begin
    if series.engine() = 'timescale' and exists (select from series.catalog where table_name = target) then
        execute format('select public.hypertable_size(%L::regclass)', target) into size;
    else
        select sum(pg_total_relation_size(relid)) into size from pg_partition_tree(target::regclass);
        size := coalesce(size, pg_total_relation_size(target::regclass));
    end if;
    return size;
end $$;

ALTER FUNCTION series.bytes(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.chunk_of(target text, from_time timestamp with time zone, to_time timestamp with time zone) RETURNS regclass
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    holder regclass;
begin
    if series.engine() = 'timescale' then
        execute format('(select tableoid from %1$s where %2$I = %3$L limit 1) intersect '
                       '(select tableoid from %1$s where %2$I = %4$L limit 1)',
                       target, entry.time_column, from_time, to_time) into holder;
        return holder;
    end if;
    return (select p.partition from series.partitions(target) p
            where p.partition = to_regclass(series.partition_name(
                                    target, date_bin(entry.chunk, from_time, timestamptz '2000-01-03 00:00+00')))
              and p.lower_bound <= from_time and p.upper_bound > to_time);
end $_$;

ALTER FUNCTION series.chunk_of(target text, from_time timestamp with time zone, to_time timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.chunks(target text) RETURNS TABLE(chunk regclass, lower_bound timestamp with time zone, upper_bound timestamp with time zone)
    LANGUAGE plpgsql STABLE
    AS $_$
begin
    if series.engine() = 'timescale' then
        return query execute
            'select format(''%I.%I'', chunk_schema, chunk_name)::regclass, range_start, range_end '
            'from timescaledb_information.chunks '
            'where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1::regclass' using target;
    else
        return query select p.partition, p.lower_bound, p.upper_bound from series.partitions(target) p;
    end if;
end $_$;

ALTER FUNCTION series.chunks(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.compress_next(target text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1s'
    AS $$
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

ALTER FUNCTION series.compress_next(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.copy_indexes(model text, beside text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    definition text;
begin
    for definition in
        select pg_get_indexdef(indexrelid) from pg_catalog.pg_index
        where indrelid = model::regclass
          and not exists (select from pg_catalog.pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
    loop
        execute regexp_replace(definition, ' INDEX (\S+) ON (ONLY )?\S+ USING ',
                               format(' INDEX IF NOT EXISTS \1 ON %s USING ', beside));
    end loop;
    execute format('analyze %s', beside);
end $$;

ALTER FUNCTION series.copy_indexes(model text, beside text) OWNER TO fleet_owner;

CREATE FUNCTION series.cutoff(target text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
    select least(now() - keep, (select min(series.kept_from(other)) from unnest(outlives) other))
    from series.retention where table_name = target;
$$;

ALTER FUNCTION series.cutoff(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.delete_next(target text, batch_rows integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    cutoff timestamptz := series.cutoff(target);
    age text := (select time_column from series.retention where table_name = target);
    deleted integer;
begin
    if cutoff is null or age is null then
        return 0;
    end if;
    execute format('delete from %1$s where ctid = any(array(select ctid from %1$s where %2$I < $1 limit $2))',
                   target::regclass, age) using cutoff, batch_rows;
    get diagnostics deleted = row_count;
    if deleted < batch_rows and isfinite(cutoff) then
        perform series.move_horizon(target, cutoff);
    end if;
    return deleted;
end $_$;

ALTER FUNCTION series.delete_next(target text, batch_rows integer) OWNER TO fleet_owner;

CREATE FUNCTION series.dependents(target regclass) RETURNS TABLE(locked regclass, statement text)
    LANGUAGE sql STABLE
    AS $$
    with users as (
        select distinct classid, objid from pg_catalog.pg_depend
        where refclassid = 'pg_class'::regclass and refobjid = target
    )
    select viewed.oid::regclass,
           format('create or replace view %s %s as %s', viewed.oid::regclass,
                  'with (' || array_to_string(viewed.reloptions, ', ') || ')', pg_get_viewdef(viewed.oid))
    from users
    join pg_catalog.pg_rewrite rule on users.classid = 'pg_rewrite'::regclass and rule.oid = users.objid
    join pg_catalog.pg_class viewed on viewed.oid = rule.ev_class and viewed.relkind = 'v'
    union all
    select null, pg_get_functiondef(objid) from users where classid = 'pg_proc'::regclass
    union all
    select null, pg_get_triggerdef(oid) from pg_catalog.pg_trigger
    where tgrelid = target and not tgisinternal and tgname <> 'ts_insert_blocker'
    union all
    select null, format('grant %s on %s to %s', privilege_type, target,
                        case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end)
    from pg_catalog.pg_class cross join aclexplode(relacl)
    where oid = target and grantee <> relowner;
$$;

ALTER FUNCTION series.dependents(target regclass) OWNER TO fleet_owner;

CREATE FUNCTION series.discard(target text) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    delete from series.catalog where table_name = target;
    execute format('drop table if exists %s', target);
end $$;

ALTER FUNCTION series.discard(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.drop_before(target text, cutoff timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    child regclass;
    lowest timestamptz;
    highest timestamptz;
    dropped integer := 0;
begin
    if series.engine() = 'timescale' then
        execute format('select count(*) from public.drop_chunks(%L::regclass, %L::timestamptz)', target, cutoff)
            into dropped;
        return dropped;
    end if;
    select min(lower_bound), max(upper_bound) into lowest, highest
    from series.partitions(target) where upper_bound <= cutoff;
    for child in select partition from series.partitions(target) where upper_bound <= cutoff loop
        execute format('drop table %s', child);
        dropped := dropped + 1;
    end loop;
    if dropped > 0 then
        perform series.add_partition(target, lowest, highest, coalesce(
            (select append_only from series.catalog where table_name = target), false));
    end if;
    return dropped;
end $$;

ALTER FUNCTION series.drop_before(target text, cutoff timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.drop_next(target text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1s'
    AS $$
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

ALTER FUNCTION series.drop_next(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.due_chunks(target text) RETURNS TABLE(chunk regclass, lower_bound timestamp with time zone, upper_bound timestamp with time zone, held text)
    LANGUAGE sql STABLE
    AS $$
    select c.chunk, c.lower_bound, c.upper_bound, series.held(target, c.lower_bound, c.upper_bound)
    from series.chunks(target) c
    where c.lower_bound >= series.kept_from(target) and c.upper_bound <= series.cutoff(target)
    order by c.lower_bound;
$$;

ALTER FUNCTION series.due_chunks(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.engine() RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select case when exists (select from pg_catalog.pg_extension where extname = 'timescaledb')
                then 'timescale' else 'native' end;
$$;

ALTER FUNCTION series.engine() OWNER TO fleet_owner;

CREATE FUNCTION series.ensure(target text, from_time timestamp with time zone, to_time timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    lower_bound timestamptz;
    made integer := 0;
begin
    if entry is null then
        raise exception 'series %: not in series.catalog', target using hint = 'call series.make first';
    end if;
    if series.engine() = 'timescale' then
        return series.guard_chunks(target, entry.append_only);
    end if;
    for lower_bound in
        select wanted from generate_series(date_bin(entry.chunk, from_time, timestamptz '2000-01-03 00:00+00'),
                                           to_time, entry.chunk) wanted
        where not exists (select from series.partitions(target) held
                          where held.lower_bound <= wanted and wanted < held.upper_bound)
    loop
        made := made + series.add_partition(target, lower_bound, lower_bound + entry.chunk, entry.append_only);
    end loop;
    return made;
end $$;

ALTER FUNCTION series.ensure(target text, from_time timestamp with time zone, to_time timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval DEFAULT '7 days'::interval) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select coalesce(sum(series.ensure(table_name, coalesce(starts_at, as_of - chunk), as_of + ahead)), 0)::integer
    from series.catalog;
$$;

ALTER FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval) OWNER TO fleet_owner;

CREATE FUNCTION series.forbid_changes(target regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create trigger append_only before update or delete on %s '
                   'for each row execute function series.refuse_change()', target);
    perform series.forbid_truncate(target);
    execute format('revoke truncate on %s from current_user', target);
end $$;

ALTER FUNCTION series.forbid_changes(target regclass) OWNER TO fleet_owner;

CREATE FUNCTION series.forbid_truncate(target regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format('create trigger append_only_truncate before truncate on %s '
                   'for each statement execute function series.refuse_change()', target);
end $$;

ALTER FUNCTION series.forbid_truncate(target regclass) OWNER TO fleet_owner;

CREATE FUNCTION series.guard_chunks(target text, append_only boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    chunk regclass;
    guarded integer := 0;
begin
    for chunk in
        select partition from series.partitions(target)
        where append_only
          and not exists (select from pg_catalog.pg_trigger
                          where tgrelid = partition and tgname = 'append_only_truncate')
    loop
        perform series.forbid_truncate(chunk);
        guarded := guarded + 1;
    end loop;
    return guarded;
end $$;

ALTER FUNCTION series.guard_chunks(target text, append_only boolean) OWNER TO fleet_owner;

CREATE FUNCTION series.guard_packed(chunk regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    packed regclass;
begin
    execute 'select format(''%I.%I'', inner_chunk.schema_name, inner_chunk.table_name)::regclass '
            'from _timescaledb_catalog.chunk outer_chunk '
            'join _timescaledb_catalog.chunk inner_chunk on inner_chunk.id = outer_chunk.compressed_chunk_id '
            'where format(''%I.%I'', outer_chunk.schema_name, outer_chunk.table_name)::regclass = $1'
        into packed using chunk;
    if not exists (select from pg_catalog.pg_trigger where tgrelid = packed and tgname = 'append_only') then
        perform series.forbid_changes(packed);
    end if;
end $_$;

ALTER FUNCTION series.guard_packed(chunk regclass) OWNER TO fleet_owner;

CREATE FUNCTION series.held(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    reasons regprocedure := to_regprocedure(
        regexp_replace(target, '\.', '.held_') || '(timestamptz, timestamptz)');
    reason text;
begin
    if reasons is not null then
        execute format('select %s($1, $2)', reasons::regproc) into reason using lower_bound, upper_bound;
    end if;
    return reason;
end $_$;

ALTER FUNCTION series.held(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.is_packed(chunk regclass) RETURNS boolean
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    compressed constant integer := 1;
    partly constant integer := 8;
    status integer;
begin
    execute 'select _timescaledb_functions.chunk_status($1)' into status using chunk;
    return status & (compressed | partly) = compressed;
end $_$;

ALTER FUNCTION series.is_packed(chunk regclass) OWNER TO fleet_owner;

CREATE FUNCTION series.kept_from(target text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select coalesce((select kept_from from series.horizons where table_name = target), '-infinity');
$$;

ALTER FUNCTION series.kept_from(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.make(target regclass, time_column text, chunk interval, append_only boolean DEFAULT false, starts_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    qualified text := target::regclass::text;
begin
    insert into series.catalog values (qualified, time_column, chunk, starts_at, append_only);
    if series.engine() = 'timescale' then
        perform series.make_hypertable(target, time_column, chunk);
    else
        perform series.make_partitioned(target, time_column);
    end if;
    if append_only then
        perform series.forbid_changes(qualified::regclass);
    end if;
end $$;

ALTER FUNCTION series.make(target regclass, time_column text, chunk interval, append_only boolean, starts_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.make_beside(model text, beside text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    entry series.catalog := (select held from series.catalog held where table_name = model);
    is_partitioned boolean := entry is not null and series.engine() = 'native';
    storage text := (select array_to_string(reloptions, ', ') from pg_catalog.pg_class where oid = model::regclass);
    held record;
begin
    execute format('create table %s (like %s including all excluding indexes) %s %s', beside, model,
                   case when is_partitioned then format('partition by range (%I)', entry.time_column) end,
                   'with (' || storage || ')');
    for held in select conname, pg_get_constraintdef(oid) as definition from pg_catalog.pg_constraint
                where conrelid = model::regclass and contype in ('p', 'u', 'x', 'f') loop
        execute format('alter table %s add constraint %I %s', beside, held.conname, held.definition);
    end loop;
    if entry is not null then
        entry.table_name := beside;
        insert into series.catalog select (entry).*;
        if not is_partitioned then
            perform series.make_hypertable(beside, entry.time_column, entry.chunk);
        end if;
        perform series.ensure(beside, coalesce(entry.starts_at, min(lower_bound), now()), now() + interval '7 days')
        from series.partitions(model);
    end if;
end $$;

ALTER FUNCTION series.make_beside(model text, beside text) OWNER TO fleet_owner;

CREATE FUNCTION series.make_hypertable(target regclass, time_column text, chunk interval) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    execute format(
        'select public.create_hypertable(%L::regclass, %L::name, chunk_time_interval => %L::interval, '
        'create_default_indexes => false)', target, time_column, chunk);
end $$;

ALTER FUNCTION series.make_hypertable(target regclass, time_column text, chunk interval) OWNER TO fleet_owner;

CREATE FUNCTION series.make_partitioned(target regclass, time_column text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    qualified text := target::text;
    relation text := (select relname from pg_catalog.pg_class where oid = target);
    namespace text := (select relnamespace::regnamespace::text from pg_catalog.pg_class where oid = target);
begin
    execute format('alter table %s rename to %I', qualified, relation || '_model');
    execute format('create table %I.%I (like %I.%I including all) partition by range (%I)',
                   namespace, relation, namespace, relation || '_model', time_column);
    execute format('drop table %I.%I', namespace, relation || '_model');
end $$;

ALTER FUNCTION series.make_partitioned(target regclass, time_column text) OWNER TO fleet_owner;

CREATE FUNCTION series.move(target text, namespace text) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    part regclass;
begin
    if series.engine() = 'native' then
        for part in select partition from series.partitions(target) loop
            execute format('alter table %s set schema %I', part, namespace);
        end loop;
    end if;
    execute format('alter table %s set schema %I', target, namespace);
end $$;

ALTER FUNCTION series.move(target text, namespace text) OWNER TO fleet_owner;

CREATE FUNCTION series.move_horizon(target text, kept_from timestamp with time zone) RETURNS void
    LANGUAGE sql
    AS $$
    insert into series.horizons as held (table_name, kept_from) values (target, move_horizon.kept_from)
    on conflict (table_name) do update set kept_from = excluded.kept_from, moved_at = clock_timestamp()
    where held.kept_from < excluded.kept_from;
$$;

ALTER FUNCTION series.move_horizon(target text, kept_from timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.oldest(target text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
declare
    age text := (select time_column from series.retention where table_name = target);
    candidate record;
    found_rows boolean;
    oldest timestamptz;
begin
    if age is not null then
        execute format('select min(%I)::timestamptz from %s', age, target::regclass) into oldest;
        return oldest;
    end if;
    for candidate in select * from series.chunks(target) order by lower_bound loop
        execute format('select exists (select from %s)', candidate.chunk) into found_rows;
        if found_rows then
            return candidate.lower_bound;
        end if;
    end loop;
    return null;
end $$;

ALTER FUNCTION series.oldest(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.partition_name(target text, lower_bound timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select target || to_char(lower_bound at time zone 'UTC', '"_p"YYYYMMDD');
$$;

ALTER FUNCTION series.partition_name(target text, lower_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION series.partitions(target text) RETURNS TABLE(partition regclass, lower_bound timestamp with time zone, upper_bound timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    select inhrelid::regclass,
           (regexp_match(bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz,
           (regexp_match(bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz
    from pg_catalog.pg_inherits
    join pg_catalog.pg_class on pg_class.oid = inhrelid
    cross join lateral pg_get_expr(relpartbound, pg_class.oid) bound
    where inhparent = target::regclass;
$$;

ALTER FUNCTION series.partitions(target text) OWNER TO fleet_owner;

CREATE FUNCTION series.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    callers text;
begin
    get diagnostics callers = pg_context;
    if tg_op = 'DELETE' and callers ~ 'function series\.delete_next\(text,integer\)' then
        return old;
    elsif tg_op = 'UPDATE' and callers ~ 'function events\.erase_raw\(bigint,' then
        return new;
    end if;
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'insufficient_privilege',
              hint = 'old rows leave through the owner''s retention function alone';
end $$;

ALTER FUNCTION series.refuse_change() OWNER TO fleet_owner;

CREATE FUNCTION series.release_retention(whose uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update series.retention_lease set holder = null, lease_until = '-infinity' where holder = whose;
$$;

ALTER FUNCTION series.release_retention(whose uuid) OWNER TO fleet_owner;

CREATE FUNCTION series.retention_report() RETURNS TABLE(table_name text, kind text, keep interval, compress_after interval, archive boolean, bounded_by text, kept_from timestamp with time zone, oldest timestamp with time zone, bytes bigint, due bigint, held text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    declared series.retention;
    cutoff timestamptz;
begin
    for declared in select r.* from series.retention r where to_regclass(r.table_name) is not null order by 1 loop
        table_name := declared.table_name;
        kind := case when exists (select from series.catalog c where c.table_name = declared.table_name) then 'series'
                     else 'plain' end;
        keep := declared.keep;
        compress_after := declared.compress_after;
        archive := declared.archive;
        bounded_by := declared.bounded_by;
        kept_from := nullif(series.kept_from(table_name), '-infinity');
        bytes := series.bytes(table_name);
        oldest := case when keep is not null then series.oldest(table_name) end;
        cutoff := series.cutoff(table_name);
        due := 0;
        held := null;
        if kind = 'series' and cutoff is not null then
            select count(*), (array_agg(chunks.held order by lower_bound))[1] into due, held
            from series.due_chunks(table_name) chunks;
        elsif cutoff is not null then
            execute format('select count(*) from %s where %I < $1', table_name, declared.time_column)
                into due using cutoff;
        end if;
        return next;
    end loop;
end $_$;

ALTER FUNCTION series.retention_report() OWNER TO fleet_owner;

CREATE FUNCTION series.swap(targets text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    statements text[] := array(select statement from unnest(targets) target,
                               lateral series.dependents(target::regclass));
    views text[] := array(select distinct locked::text from unnest(targets) target,
                          lateral series.dependents(target::regclass) where locked is not null);
    target text;
    statement text;
begin
    -- Views first: who reads through one holds it while waiting for its table.
    execute format('lock table %s in access exclusive mode', array_to_string(views || targets, ', '));
    foreach target in array targets loop
        perform series.discard('scratch.' || split_part(target, '.', 2));
        perform series.move(target, 'scratch');
        perform series.move('rebuild.' || split_part(target, '.', 2), split_part(target, '.', 1));
        delete from series.catalog where table_name = 'rebuild.' || split_part(target, '.', 2);
    end loop;
    foreach statement in array statements loop
        execute statement;
    end loop;
    foreach target in array targets loop
        execute format('drop table scratch.%I', split_part(target, '.', 2));
    end loop;
end $$;

ALTER FUNCTION series.swap(targets text[]) OWNER TO fleet_owner;

CREATE FUNCTION series.take_retention(whose uuid, lease interval DEFAULT '00:05:00'::interval) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with taken as (
        update series.retention_lease set holder = whose, lease_until = clock_timestamp() + lease
        where holder = whose or lease_until < clock_timestamp()
        returning 1
    )
    select exists (select from taken);
$$;

ALTER FUNCTION series.take_retention(whose uuid, lease interval) OWNER TO fleet_owner;

CREATE FUNCTION series.unbound_changes() RETURNS void
    LANGUAGE sql
    AS $$
    select set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true)
    where series.engine() = 'timescale';
$$;

ALTER FUNCTION series.unbound_changes() OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_accounts(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select account.code, concat_ws(' ', account.code, account.name),
           jsonb_build_object(
               'code', account.code, 'name', account.name, 'polled', account.polled,
               'devices', (select count(*) from domain.devices device where device.account_id = account.account_id),
               'newest_listing', (
                   select jsonb_build_object('run_at', run_at, 'listed', listed, 'believed', believed)
                   from serve.judged_listings(as_of) run
                   where run.account = account.code order by run_at desc, run_id desc limit 1))
    from domain.accounts account;
$$;

ALTER FUNCTION serve.admin_accounts(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_cities(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select known.city, known.city,
           jsonb_build_object('city', known.city, 'vehicles', (
               select count(*) from domain.vehicles vehicle where (vehicle.city).value = known.city))
    from domain.assigned_cities known;
$$;

ALTER FUNCTION serve.admin_cities(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_cost_centres(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select centre.name, concat_ws(' ', centre.name, centre.code),
           jsonb_build_object(
               'name', centre.name, 'code', centre.code, 'slot', centre.slot,
               'colour', serve.palette_colour(centre.slot),
               'vehicles', (select count(*) from domain.vehicles vehicle
                            where (vehicle.cost_centre).value = centre.name))
    from domain.cost_centres centre;
$$;

ALTER FUNCTION serve.admin_cost_centres(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_devices(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select device.imei,
           concat_ws(' ', device.imei, (vehicle.plate).value, vehicle.plate_key, device.lifecycle, account.code,
                     (device.sim).value, (told.name).value, (told.plate).value, (told.driver).value,
                     (told.sim).value, (told.model).value),
           jsonb_build_object(
               'imei', device.imei, 'account', account.code, 'device_class', (device.class).value,
               'sim', (device.sim).value, 'lifecycle', device.lifecycle,
               'first_good_fix_at', device.first_good_fix_at, 'heard_at', told.heard_at,
               'vehicle_id', vehicle.vehicle_id, 'plate', (vehicle.plate).value,
               'upstream', jsonb_build_object(
                   'name', (told.name).value, 'plate', (told.plate).value, 'driver', (told.driver).value,
                   'phone', (told.phone).value, 'sim', (told.sim).value, 'model', (told.model).value,
                   'account', (told.account).value, 'expires_at', (told.expires_at).value,
                   'enabled', (told.enabled).value::boolean, 'listed_at', (told.account).as_of))
    from domain.devices device
    join domain.accounts account using (account_id)
    left join state.devices told using (imei)
    left join serve.device_assignments_at(as_of) mounted using (imei)
    left join domain.vehicles vehicle on vehicle.vehicle_id = mounted.vehicle_id;
$$;

ALTER FUNCTION serve.admin_devices(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_drivers(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select driver.name, concat_ws(' ', driver.name, (driver.phone).value, (driver.staff_no).value,
                                  (driver.city).value, (driver.cost_centre).value, (driver.shift_area).value,
                                  array_to_string(driving.plates, ' ')),
           jsonb_build_object(
               'driver_id', driver.driver_id, 'name', driver.name, 'phone', (driver.phone).value,
               'staff_no', (driver.staff_no).value, 'city', (driver.city).value,
               'cost_centre', (driver.cost_centre).value, 'shift_area', (driver.shift_area).value,
               'active', (driver.active).value::boolean,
               'plates', coalesce(to_jsonb(driving.plates), '[]'))
    from domain.drivers driver
    left join (select driver, array_agg((plate).value order by plate_key) as plates
               from serve.driver_assignments_at(as_of) join domain.vehicles using (vehicle_id)
               group by driver) driving on driving.driver = driver.name;
$$;

ALTER FUNCTION serve.admin_drivers(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.admin_vehicles(as_of timestamp with time zone) RETURNS TABLE(key text, words text, item jsonb)
    LANGUAGE sql STABLE
    AS $$
    select vehicle.plate_key,
           concat_ws(' ', vehicle.plate_key, (vehicle.plate).value, (vehicle.cost_centre).value, (vehicle.city).value,
                     driven.driver, array_to_string(carried.imeis, ' ')),
           jsonb_build_object(
               'vehicle_id', vehicle.vehicle_id, 'plate', (vehicle.plate).value, 'plate_key', vehicle.plate_key,
               'cost_centre', (vehicle.cost_centre).value, 'city', (vehicle.city).value,
               'make', (vehicle.make).value, 'model', (vehicle.model).value,
               'driver', driven.driver, 'imeis', coalesce(to_jsonb(carried.imeis), '[]'))
    from domain.vehicles vehicle
    left join serve.driver_assignments_at(as_of) driven using (vehicle_id)
    left join (select vehicle_id, array_agg(imei order by imei) as imeis
               from serve.device_assignments_at(as_of) group by vehicle_id) carried using (vehicle_id);
$$;

ALTER FUNCTION serve.admin_vehicles(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.contract_run() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select to_jsonb(run) || jsonb_build_object('methods', (
        select coalesce(jsonb_agg(to_jsonb(result) - 'run_id' order by method), '[]')
        from drift.contract_results result where result.run_id = run.run_id))
    from drift.contract_runs run
    order by run_id desc limit 1;
$$;

ALTER FUNCTION serve.contract_run() OWNER TO fleet_owner;

CREATE FUNCTION serve.device_assignments_at(at timestamp with time zone) RETURNS TABLE(imei text, vehicle_id bigint)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (imei) imei, vehicle_id
    from domain.device_assignments where valid_from <= at
    order by imei, valid_from desc;
$$;

ALTER FUNCTION serve.device_assignments_at(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.drift_findings(states text[] DEFAULT NULL::text[], kinds text[] DEFAULT NULL::text[], topics text[] DEFAULT NULL::text[], before_id bigint DEFAULT NULL::bigint, page_size integer DEFAULT 100) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select to_jsonb(found) from drift.findings found
    where (states is null or state = any(states))
      and (kinds is null or kind = any(kinds))
      and (topics is null or topic = any(topics))
      and (before_id is null or finding_id < before_id)
    order by finding_id desc
    limit page_size;
$$;

ALTER FUNCTION serve.drift_findings(states text[], kinds text[], topics text[], before_id bigint, page_size integer) OWNER TO fleet_owner;

CREATE FUNCTION serve.driver_assignments_at(at timestamp with time zone) RETURNS TABLE(vehicle_id bigint, driver text)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (vehicle_id) vehicle_id, name
    from domain.driver_assignments left join domain.drivers using (driver_id) where valid_from <= at
    order by vehicle_id, valid_from desc;
$$;

ALTER FUNCTION serve.driver_assignments_at(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.facts_set_aside(of_projector text DEFAULT NULL::text, after_fact bigint DEFAULT 0, after_projector text DEFAULT ''::text, page_size integer DEFAULT 100) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select to_jsonb(aside) from events.set_aside aside
    where (of_projector is null or projector = of_projector)
      and (fact_id, projector) > (after_fact, after_projector)
    order by fact_id, projector
    limit page_size;
$$;

ALTER FUNCTION serve.facts_set_aside(of_projector text, after_fact bigint, after_projector text, page_size integer) OWNER TO fleet_owner;

CREATE FUNCTION serve.first_good_fix(device text, first_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, is_found boolean) RETURNS TABLE(good_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    select case
        when first_at is null or first_at > through then null
        when known_at = 'infinity' or is_found then first_at
        else coalesce(
            (select fixed_at from state.position_history
             where imei = device and fixed_at >= first_at and fixed_at <= through and received_at <= known_at
               and quality = 'gps'
             order by fixed_at limit 1),
            (select occurred_at from events.active_facts
             where imei = device and occurred_at >= first_at and occurred_at <= through and received_at <= known_at
               and kind = 'position_fix' and data->>'quality' = 'gps'
             order by occurred_at limit 1)) end;
$$;

ALTER FUNCTION serve.first_good_fix(device text, first_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, is_found boolean) OWNER TO fleet_owner;

CREATE FUNCTION serve.fleet_at_text(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET work_mem TO '64MB'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    perform serve.refuse_forgotten(at, known_at);
    return (select content from serve.fleet_text(
        filters, at, coalesce(known_at, 'infinity'),
        concat(',"at":', to_json(at), ',"known_at":', coalesce(to_json(known_at)::text, 'null'))));
end $$;

ALTER FUNCTION serve.fleet_at_text(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) OWNER TO fleet_owner;

CREATE FUNCTION serve.fleet_text(filters jsonb, as_of timestamp with time zone, known_at timestamp with time zone, more text) RETURNS TABLE(content text, in_scope bigint)
    LANGUAGE sql STABLE
    AS $$
    select concat(
        '{"summary":', json_build_object(
            'total', moving + parked + offline + unknown,
            'total_in_scope', in_scope,
            'by_state', json_build_object(
                'moving', moving, 'parked', parked, 'offline', offline, 'unknown', unknown),
            'by_city', (select coalesce(json_object_agg(city, vehicles), '{}') from (
                            select city, count(*) as vehicles
                            from unnest(cities) city group by 1 order by 2 desc, 1) counted),
            'by_cost_centre', (select coalesce(json_agg(counted order by slot nulls last), '[]') from (
                            select centre as name, coalesce(code, '—') as code,
                                   serve.palette_colour(slot) as colour, slot, count(*) as count
                            from unnest(cost_centres) centre left join domain.cost_centres on name = centre
                            group by 1, 2, 3, 4) counted),
            'as_of', as_of),
        ',"geojson":{"type":"FeatureCollection","features":[', features,
        ']}', more, '}'), in_scope
    from (
        select count(*) as in_scope,
               count(*) filter (where is_shown and state = 'moving') as moving,
               count(*) filter (where is_shown and state = 'parked') as parked,
               count(*) filter (where is_shown and state = 'offline') as offline,
               count(*) filter (where is_shown and state = 'unknown') as unknown,
               array_agg(coalesce(city, 'Unassigned')) filter (where is_shown) as cities,
               array_agg(coalesce(cost_centre, 'Unassigned')) filter (where is_shown) as cost_centres,
               string_agg(concat(
                   '{"type":"Feature","id":', vehicle_id, ',"geometry":',
                   case when lat is null then 'null'
                        else concat('{"type":"Point","coordinates":[', lon, ',', lat, ']}') end,
                   ',"properties":{', identity,
                   ',"state":"', state, '","style_class":"',
                   case when state = 'parked' and ignition and stale_at > as_of then 'idling' else state end,
                   '","stale_at":', coalesce(to_json(stale_at)::text, 'null'),
                   ',"offline_at":', coalesce(to_json(offline_at)::text, 'null'),
                   ',"heading_deg":', coalesce(heading_deg::text, 'null'),
                   ',"speed_kmh":', coalesce(speed_kmh::text, 'null'),
                   ',"ignition":', coalesce(ignition::text, 'null'),
                   ',"fixed_at":', coalesce(to_json(fixed_at)::text, 'null'),
                   ',"received_at":', coalesce(to_json(received_at)::text, 'null'),
                   ',"quality":', coalesce(to_json(quality)::text, 'null'),
                   ',"address":', case when any_address then coalesce(
                       (select to_json(address)::text from state.geocoded_positions
                        where cell = geo.cell_of(lat, lon)), 'null') else 'null' end,
                   '}}'), ',') filter (where is_shown) as features
        from (
            select *, fixed_at + limits.stale_fix as stale_at, heard_at + limits.offline as offline_at
            from serve.one_a_vehicle(as_of, known_at)
            cross join serve.thresholds() limits
            cross join (select exists (select from state.geocoded_positions) as any_address) addresses
            cross join lateral (select serve.operational_state(
                good_fixed_at, good_speed_kmh, heard_at,
                limits.moving_speed_kmh, limits.stale_fix, limits.offline, as_of) as state) now_is
            cross join lateral (select
                filters = '{}'
                or (not filters ? 'cost_centre' or filters->'cost_centre' ? coalesce(cost_centre, 'Unassigned'))
                and (not filters ? 'assigned_city' or filters->'assigned_city' ? coalesce(city, 'Unassigned'))
                and (not filters ? 'state' or filters->'state' ? state)
                and (not filters ? 'driver' or filters->'driver' ? coalesce(driver, ''))
                and (not filters ? 'vehicle_numbers' or serve.normalize_plate(plate) in (
                    select serve.normalize_plate(number)
                    from jsonb_array_elements_text(filters->'vehicle_numbers') number))
                and (filters#>>'{date_range,from}' is null
                     or coalesce(fixed_at >= (filters#>>'{date_range,from}')::timestamptz, false))
                and (filters#>>'{date_range,to}' is null
                     or coalesce(fixed_at < (filters#>>'{date_range,to}')::timestamptz, false)) as is_shown) filtered
            order by vehicle_id
        ) vehicle
    ) fleet;
$$;

ALTER FUNCTION serve.fleet_text(filters jsonb, as_of timestamp with time zone, known_at timestamp with time zone, more text) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_admin_item(kind text, wanted text, as_of timestamp with time zone DEFAULT now()) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    found_item jsonb;
begin
    execute format('select item from serve.%I($1) where key = $2', 'admin_' || kind)
    into found_item
    using as_of, case kind when 'vehicles' then serve.normalize_plate(wanted) else wanted end;
    return found_item;
end $_$;

ALTER FUNCTION serve.fn_admin_item(kind text, wanted text, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_admin_page(kind text, search text, max_items integer, skip integer, as_of timestamp with time zone DEFAULT now()) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    page jsonb;
begin
    execute format($sql$
        with found as (
            select key, item from serve.%I($1) where position(lower($2) in lower(words)) > 0
        ), page as (
            select key, item from found order by key collate "C" limit $3 offset $4
        )
        select jsonb_build_object(
            'total', (select count(*) from found),
            'items', coalesce((select jsonb_agg(item order by key collate "C") from page), '[]'))
    $sql$, 'admin_' || kind) into page using as_of, search, max_items, skip;
    return page;
end $_$;

ALTER FUNCTION serve.fn_admin_page(kind text, search text, max_items integer, skip integer, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_admin_refusal(topic text, body jsonb) RETURNS TABLE(code text, field text, message text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select code, field, replace(message, '%s', coalesce(body->>field, '')) from (
        select 1, 'unknown', 'imei', 'There is no device %s. Check the number; a device is known once it speaks or is listed.'
        where topic in ('device.assign', 'device.lifecycle')
          and not exists (select from domain.devices where imei = body->>'imei')
        union all
        select 2, case topic when 'driver.assign' then 'unknown' else 'invalid' end, 'plate',
               'There is no vehicle %s. Check the plate, or add the vehicle first.'
        where topic in ('device.assign', 'driver.assign') and body ? 'plate'
          and not exists (select from domain.vehicles where plate_key = serve.normalize_plate(body->>'plate'))
        union all
        select 3, 'invalid', 'plate', '“%s” is no plate: give letters and digits.'
        where topic = 'vehicle.set' and serve.normalize_plate(body->>'plate') is null
        union all
        select 4, 'invalid', 'driver', 'There is no driver %s. Check the name, or add the driver first.'
        where topic = 'driver.assign' and body ? 'driver'
          and not exists (select from domain.drivers where name = body->>'driver')
        union all
        select 5, 'invalid', 'cost_centre', 'There is no cost centre %s. Check the name, or add it first.'
        where topic in ('vehicle.set', 'driver.set') and body ? 'cost_centre'
          and not exists (select from domain.cost_centres where name = body->>'cost_centre')
        union all
        select 6, 'invalid', 'city', 'There is no city %s. Check the name, or add it first.'
        where topic in ('vehicle.set', 'driver.set') and body ? 'city'
          and not exists (select from domain.assigned_cities where city = body->>'city')
        union all
        select 7, 'invalid', 'device_class', 'There is no device class %s. Known: ' || (
            select string_agg(class, ', ' order by rank) from domain.device_classes) || '.'
        where topic = 'device.set' and body ? 'device_class'
          and not exists (select from domain.device_classes where class = body->>'device_class')
        union all
        select 8, 'conflict', 'code', 'The code %s belongs to the cost centre ' || quote_literal(name) || '. Choose another.'
        from domain.cost_centres
        where topic = 'cost_centre.set' and cost_centres.code = body->>'code' and name <> body->>'name'
        union all
        select 9, 'invalid', 'code', 'The account %s is built in and stays as it is.'
        where topic = 'account.set' and body->>'code' = 'platform'
        union all
        select 10, 'conflict', 'to', domain.transition_refusal(lifecycle, body->>'to')
        from domain.devices
        where topic = 'device.lifecycle' and imei = body->>'imei'
          and not exists (select from domain.lifecycle_transitions
                          where from_state = lifecycle and to_state = body->>'to')
    ) refusal (place, code, field, message)
    order by place limit 1;
$$;

ALTER FUNCTION serve.fn_admin_refusal(topic text, body jsonb) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_device_history(device text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select jsonb_build_object(
        'vehicles', coalesce((
            select jsonb_agg(period order by period.valid_from desc) from (
                select (vehicle.plate).value as plate, valid_from,
                       lead(valid_from) over (order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.device_assignments left join domain.vehicles vehicle using (vehicle_id)
                where imei = device) period), '[]'),
        'lifecycle', coalesce((
            select jsonb_agg(to_jsonb(step) - 'place' order by step.place desc) from (
                select at, from_state, to_state, stated_by, reason, taken, row_number() over () as place
                from domain.devices, domain.lifecycle_steps(imei, first_good_fix_at)
                where imei = device) step), '[]'));
$$;

ALTER FUNCTION serve.fn_device_history(device text) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_events_beside(device text, from_at timestamp with time zone, to_at timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select jsonb_build_object(
        'before', (select to_jsonb(fact) from (
            select occurred_at, received_at, kind, raw_id from events.parsed
            where imei = device and occurred_at < from_at order by occurred_at desc limit 1) fact),
        'after', (select to_jsonb(fact) from (
            select occurred_at, received_at, kind, raw_id from events.parsed
            where imei = device and occurred_at >= to_at order by occurred_at limit 1) fact));
$$;

ALTER FUNCTION serve.fn_events_beside(device text, from_at timestamp with time zone, to_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_events_of(device text, from_at timestamp with time zone, to_at timestamp with time zone, after_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone, after_raw bigint DEFAULT 0, page_size integer DEFAULT 20) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with found as (
        select received_at, raw_id from events.parsed
        where imei = device and occurred_at >= from_at and occurred_at < to_at and received_at >= from_at - interval '1 hour'
        union
        select received_at, raw_id from events.parsed
        where imei = device and received_at >= from_at and received_at < to_at
        union
        select received_at, raw_id from (
            select distinct received_at, raw_id from events.rejected
            where received_at >= from_at and received_at < to_at) refused
        where exists (select from events.raw where raw.id = refused.raw_id and raw.received_at = refused.received_at
                                               and position(convert_to(device, 'UTF8') in raw.body) > 0)
    ), page as (
        select received_at, raw_id from found where (received_at, raw_id) > (after_at, after_raw)
        order by received_at, raw_id limit page_size
    )
    select jsonb_build_object(
        'raw_id', page.raw_id, 'received_at', page.received_at, 'source', raw.source, 'topic', raw.topic,
        'is_kept', raw.id is not null,
        'facts', (
            select coalesce(jsonb_agg(
                to_jsonb(said) - array['id', 'raw_id', 'received_at', 'source', 'account_id', 'imei'] || jsonb_build_object(
                    'active', exists (select from events.active_facts active
                                      where (active.received_at, active.raw_id, active.item, active.kind,
                                             active.parser_version)
                                          = (said.received_at, said.raw_id, said.item, said.kind, said.parser_version)),
                    'rows', serve.rows_of_fact(said))
                order by item, kind, parser_version), '[]')
            from events.parsed said
            where said.received_at = page.received_at and said.raw_id = page.raw_id and said.imei = device),
        'other_facts', (
            select count(*) from events.parsed other
            where other.received_at = page.received_at and other.raw_id = page.raw_id and other.imei is distinct from device),
        'rejections', (
            select coalesce(jsonb_agg(jsonb_build_object('item', item, 'reason', reason, 'detail', detail,
                                                         'parser_version', parser_version) order by item, parser_version), '[]')
            from events.rejected refused
            where refused.received_at = page.received_at and refused.raw_id = page.raw_id))
    from page
    left join events.raw on raw.id = page.raw_id and raw.received_at = page.received_at
    order by page.received_at, page.raw_id;
$$;

ALTER FUNCTION serve.fn_events_of(device text, from_at timestamp with time zone, to_at timestamp with time zone, after_at timestamp with time zone, after_raw bigint, page_size integer) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_fleet_at(at timestamp with time zone, known_at timestamp with time zone DEFAULT NULL::timestamp with time zone, filters jsonb DEFAULT '{}'::jsonb, viewer bigint DEFAULT NULL::bigint) RETURNS json
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select serve.fleet_at_text(at, known_at, filters, viewer)::json;
$$;

ALTER FUNCTION serve.fn_fleet_at(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_gaps(as_of timestamp with time zone DEFAULT now()) RETURNS TABLE(kind text, imei text, plate text, driver text, ours text, upstream text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with device as materialized (
        select device.imei, account.code as account, (device.sim).value as sim, mounted.vehicle_id,
               vehicle.plate_key, (vehicle.plate).value as plate, driven.driver,
               (told.plate).value as told_plate, (told.driver).value as told_driver, (told.sim).value as told_sim,
               (told.account).as_of as named_at, coalesce(listed.listed_at, (told.account).as_of) as listed_at,
               coalesce((device.class).value, model.class, 'tracker') as class
        from domain.devices device
        join domain.accounts account using (account_id)
        left join state.devices told using (imei)
        left join domain.listed_devices listed using (imei)
        left join domain.device_models model on model.model = (told.model).value
        left join serve.device_assignments_at(as_of) mounted using (imei)
        left join domain.vehicles vehicle on vehicle.vehicle_id = mounted.vehicle_id
        left join serve.driver_assignments_at(as_of) driven on driven.vehicle_id = vehicle.vehicle_id
        where device.lifecycle <> 'decommissioned'
    ), believed as (
        select account, run_at from serve.judged_listings(as_of) where believed
    )
    select 'listed_without_vehicle', imei, told_plate, told_driver, null, coalesce(told_plate, account)
    from device where named_at is not null and plate_key is null
    union all
    select 'never_listed', imei, plate, driver, plate, null
    from device where named_at is null and exists (select from believed)
    union all
    select 'no_longer_listed', imei, plate, driver, account, listed_at::text
    from device
    where (select count(*) from believed where believed.account = device.account and run_at > listed_at)
          >= (select threshold from slo.targets where metric = 'listing_absent_runs')
    union all
    select 'plate_differs', imei, plate, driver, plate, told_plate
    from device where plate_key <> serve.normalize_plate(told_plate)
    union all
    select 'driver_differs', imei, plate, driver, driver, told_driver
    from device where lower(regexp_replace(driver, '\s', '', 'g')) <> lower(regexp_replace(told_driver, '\s', '', 'g'))
    union all
    select 'sim_differs', imei, plate, driver, sim, told_sim
    from device where sim <> told_sim
    union all
    select 'vehicle_without_device', null, (vehicle.plate).value, null, (vehicle.plate).value, null
    from domain.vehicles vehicle
    where not exists (select from device where device.vehicle_id = vehicle.vehicle_id)
    union all
    select 'driver_without_vehicle', null, null, name, name, null
    from domain.drivers
    where not exists (select from serve.driver_assignments_at(as_of) driven where driven.driver = drivers.name)
    union all
    select 'devices_of_one_class', null, min(plate), null, string_agg(imei, ', ' order by imei), null
    from device where plate_key is not null group by plate_key, class having count(*) > 1
    union all
    select 'driver_of_several', null, null, driven.driver, string_agg((vehicle.plate).value, ', ' order by plate_key), null
    from serve.driver_assignments_at(as_of) driven join domain.vehicles vehicle using (vehicle_id)
    where driven.driver is not null group by driven.driver having count(*) > 1
    union all
    select 'sim_of_several', null, null, null, string_agg(imei, ', ' order by imei), told_sim
    from device where told_sim is not null group by told_sim having count(*) > 1
    order by 1, 2 nulls first, 3 nulls first, 4 nulls first;
$$;

ALTER FUNCTION serve.fn_gaps(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_jobs(as_of timestamp with time zone DEFAULT now()) RETURNS TABLE(job text, account text, interval_s integer, started_at timestamp with time zone, ended_at timestamp with time zone, succeeded_at timestamp with time zone, brought bigint, failures_in_a_row integer, problem text, waits_for text, overdue boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select job, account, interval_s, started_at, ended_at, succeeded_at, brought, failures_in_a_row, problem,
           waits_for,
           coalesce(succeeded_at, '-infinity') < as_of - interval_s * interval '2 seconds' - interval '5 minutes'
    from events.jobs
    order by job, account;
$$;

ALTER FUNCTION serve.fn_jobs(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select vehicle_id, imei, lifecycle, plate, plate_key, driver, cost_centre, city, fixed_at, received_at, heard_at,
           lat, lon, speed_kmh, heading_deg, quality, ignition, good_fixed_at, good_speed_kmh
    from serve.live_dedup_at(as_of);
$$;

ALTER FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_live_view(filters jsonb, viewer bigint DEFAULT NULL::bigint, as_of timestamp with time zone DEFAULT now()) RETURNS json
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select serve.live_view_text(filters, viewer, as_of)::json;
$$;

ALTER FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_statement_fate(event_id bigint, OUT folded boolean, OUT refusal text) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with event as materialized (
        select received_at as at from events.raw where id = event_id
    )
    select (select handed_out from events.frontiers where stage = 'parse') >= event_id
           and not exists (select from events.claims
                           where stage = 'parse' and after_id < event_id and up_to_id >= event_id)
           and (select position from events.cursors where projector = 'registry')
               >= coalesce((select max(id + 0) from events.parsed    -- + 0: by its key, not from the end
                            where received_at = (select at from event) and raw_id = event_id), 0),
           (select detail from events.rejected
            where received_at = (select at from event) and raw_id = event_id limit 1);
$$;

ALTER FUNCTION serve.fn_statement_fate(event_id bigint, OUT folded boolean, OUT refusal text) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_vehicle_history(wanted text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    with asked as (
        select vehicle_id from domain.vehicles where plate_key = serve.normalize_plate(wanted)
    )
    select jsonb_build_object(
        'devices', coalesce((
            select jsonb_agg(to_jsonb(period) - 'vehicle_id' order by valid_from desc, imei) from (
                select imei, vehicle_id, valid_from,
                       lead(valid_from) over (partition by imei order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.device_assignments
                where imei in (select imei from domain.device_assignments join asked using (vehicle_id))
            ) period join asked using (vehicle_id)), '[]'),
        'drivers', coalesce((
            select jsonb_agg(period order by period.valid_from desc) from (
                select name as driver, valid_from, lead(valid_from) over (order by valid_from) as valid_until,
                       nullif(stated_at, '-infinity') as stated_at, stated_by, reason
                from domain.driver_assignments join asked using (vehicle_id) left join domain.drivers using (driver_id)
            ) period), '[]'));
$$;

ALTER FUNCTION serve.fn_vehicle_history(wanted text) OWNER TO fleet_owner;

CREATE FUNCTION serve.identity_properties(vehicle_id bigint, plate text, plate_key text, imei text, cost_centre text, city text, driver text, lifecycle text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select btrim((select row_to_json(told)::text from (select
        vehicle_id, plate, right(plate_key, 4) as plate_tail, imei, coalesce(cost_centre, 'Unassigned') as cost_centre,
        city, driver, lifecycle, serve.palette_colour(centre.slot) as colour,
        coalesce(centre.code, '—') as cost_centre_code,
        lower(concat_ws(' ', plate, plate_key, driver, cost_centre, city, imei)) as search_text) told), '{}')
    from (values (true)) once
    left join domain.cost_centres centre on centre.name = cost_centre;
$$;

ALTER FUNCTION serve.identity_properties(vehicle_id bigint, plate text, plate_key text, imei text, cost_centre text, city text, driver text, lifecycle text) OWNER TO fleet_owner;

CREATE FUNCTION serve.identity_statement(asked_field text, asked_key text, at timestamp with time zone, known_at timestamp with time zone) RETURNS TABLE(value_id bigint, value text)
    LANGUAGE sql STABLE
    AS $$
    select value_id, value from domain.identity_statements
    where field = asked_field and key = asked_key and holds_from <= at and received_at <= known_at
    order by field desc, key desc, holds_from desc, stated_at desc, value_id desc, value desc limit 1;
$$;

ALTER FUNCTION serve.identity_statement(asked_field text, asked_key text, at timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.iso(at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
$$;

ALTER FUNCTION serve.iso(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.judged_listings(as_of timestamp with time zone) RETURNS TABLE(account text, run_at timestamp with time zone, run_id text, listed integer, believed boolean)
    LANGUAGE sql STABLE
    AS $$
    with known as (
        select account.code, count(*) as devices
        from domain.devices join domain.accounts account using (account_id)
        where lifecycle <> 'decommissioned' group by account.code
    )
    select run.account, run.run_at, run.run_id, run.listed,
           run.listed > 0 and run.listed >= coalesce(known.devices, 0) * enough.threshold / 100
    from domain.listing_runs run
    join slo.targets enough on enough.metric = 'listing_min_pct'
    left join known on known.code = run.account
    where run.run_at <= as_of;
$$;

ALTER FUNCTION serve.judged_listings(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_dedup_at(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision, identity text)
    LANGUAGE sql STABLE
    AS $$
    select * from serve.one_a_vehicle(as_of, null);
$$;

ALTER FUNCTION serve.live_dedup_at(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_devices(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, class_rank smallint, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision, identity text)
    LANGUAGE sql STABLE
    AS $$
    select who.vehicle_id, who.imei, who.lifecycle, who.plate, who.plate_key, who.driver, who.cost_centre, who.city,
           who.class_rank, live.fixed_at, live.received_at, greatest(live.fixed_at, told.heard_at), live.lat, live.lon,
           live.speed_kmh, live.heading_deg, live.quality, (live.ignition).value,
           live.good_fixed_at, live.good_speed_kmh, who.properties
    from state.identities who
    left join state.live_positions live on live.imei = who.imei
    left join state.devices told on told.imei = who.imei
    where who.valid_from <= as_of and who.valid_until > as_of;
$$;

ALTER FUNCTION serve.live_devices(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET work_mem TO '64MB'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
declare
    slo_status text := (select concat(',"slo_status":', coalesce(json_agg(level), '[]')) from slo.fn_status(as_of) level);
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    return (select content from serve.fleet_text(filters, as_of, null, slo_status));
end $$;

ALTER FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.logged_fixes(device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone) RETURNS TABLE(fixed_at timestamp with time zone, received_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (occurred_at)
        occurred_at, received_at, (data->>'lat')::float8, (data->>'lon')::float8, (data->>'speed_kmh')::float8,
        (data->>'heading_deg')::float8, data->>'quality', (data->>'ignition')::boolean
    from events.active_facts said
    where imei = device and kind = 'position_fix' and occurred_at > since and occurred_at <= through
      and received_at <= known_at and received_at >= since - interval '1 hour'
      and not exists (select from state.position_history held
                      where held.imei = device and held.fixed_at = said.occurred_at and held.received_at <= known_at)
    order by occurred_at desc, coalesce((data->>'gate_at')::timestamptz, '-infinity') desc,
             events.source_rank(source) desc, jsonb_hash_extended(data, 0) desc, raw_id;
$$;

ALTER FUNCTION serve.logged_fixes(device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.normalize_plate(plate text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select nullif(upper(regexp_replace(plate, '[[:space:]\u00a0\u2007\u202f\u2010-\u2015._/-]+', '', 'g')), '');
$$;

ALTER FUNCTION serve.normalize_plate(plate text) OWNER TO fleet_owner;

CREATE FUNCTION serve.one_a_vehicle(as_of timestamp with time zone, known_at timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision, identity text)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (device.vehicle_id)
        device.vehicle_id, device.imei, device.lifecycle, device.plate, device.plate_key, device.driver,
        device.cost_centre, device.city, device.fixed_at, device.received_at, device.heard_at, device.lat, device.lon,
        device.speed_kmh, device.heading_deg, device.quality, device.ignition, device.good_fixed_at,
        device.good_speed_kmh, device.identity
    from (select *, false as is_past from serve.live_devices(as_of)
          union all
          select *, true from serve.past_devices(as_of, known_at)) device
    cross join serve.thresholds() limits
    where device.is_past = (known_at is not null)
    order by device.vehicle_id, (device.lifecycle = 'active') desc, (device.quality = 'gps') desc nulls last,
             (device.fixed_at + limits.stale_fix > as_of) desc nulls last, device.class_rank nulls last,
             device.fixed_at desc nulls last, device.imei;
$$;

ALTER FUNCTION serve.one_a_vehicle(as_of timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.operational_state(good_fixed_at timestamp with time zone, good_speed_kmh double precision, heard_at timestamp with time zone, moving_speed_kmh double precision, stale_fix interval, offline interval, as_of timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    select case when good_fixed_at is null then 'unknown'
                when heard_at + offline <= as_of then 'offline'
                when good_speed_kmh >= moving_speed_kmh and good_fixed_at + stale_fix > as_of then 'moving'
                else 'parked' end;
$$;

ALTER FUNCTION serve.operational_state(good_fixed_at timestamp with time zone, good_speed_kmh double precision, heard_at timestamp with time zone, moving_speed_kmh double precision, stale_fix interval, offline interval, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.palette_colour(slot integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select coalesce((array['#1621FC', '#CFD285', '#1C4D04', '#25ACFD', '#008E55', '#D0928B', '#91679F', '#37E5D2',
                           '#086867', '#800185', '#966604', '#46BE0C', '#3970F1', '#593639'])[(slot - 1) % 14 + 1],
                    '#8B929C');
$$;

ALTER FUNCTION serve.palette_colour(slot integer) OWNER TO fleet_owner;

CREATE FUNCTION serve.past_devices(at timestamp with time zone, known_at timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, class_rank smallint, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision, identity text)
    LANGUAGE sql STABLE
    AS $$
    select who.vehicle_id, who.imei, stood.lifecycle, who.plate, who.plate_key, who.driver, who.cost_centre, who.city,
           who.class_rank, fix.fixed_at, fix.received_at, heard.heard_at, fix.lat, fix.lon, fix.speed_kmh, fix.heading_deg,
           fix.quality, coalesce(fix.ignition, earlier.ignition), coalesce(good.fixed_at, ever.good_at), good.speed_kmh,
           serve.identity_properties(who.vehicle_id, who.plate, who.plate_key, who.imei, who.cost_centre, who.city,
                                     who.driver, stood.lifecycle)
    from serve.past_identities(at, known_at) who
    join domain.devices device on device.imei = who.imei
    left join state.devices told on told.imei = who.imei
    cross join serve.thresholds() limits
    cross join lateral (select case when at < known_at then at else known_at + interval '1 hour' end) until (through)
    left join lateral serve.past_fix(who.vehicle_id, who.imei, '-infinity', through, known_at, false, false) fix on true
    left join lateral serve.past_fix(who.vehicle_id, who.imei, fix.fixed_at - interval '1 hour', fix.fixed_at, known_at, false, true)
        earlier on fix.ignition is null
    left join lateral serve.past_fix(who.vehicle_id, who.imei, at - limits.stale_fix, through, known_at, true, false) good
        on device.first_good_fix_at <= through
    left join lateral serve.first_good_fix(who.imei, device.first_good_fix_at, through, known_at,
                                           fix.quality = 'gps' or good.fixed_at is not null) ever on true
    left join lateral serve.past_word(who.imei, fix.fixed_at, told.heard_at, at, through, known_at, limits.offline)
        heard on true
    left join lateral serve.past_lifecycle(who.imei, ever.good_at, least(at, known_at)) stood on true
    where stood.lifecycle <> 'decommissioned'
      and (who.is_mounted or heard.heard_at is not null
           or exists (select from events.active_facts said
                      where said.imei = who.imei and said.occurred_at <= through and said.received_at <= known_at));
$$;

ALTER FUNCTION serve.past_devices(at timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.past_fix(vehicle bigint, device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, good boolean, telling_ignition boolean) RETURNS TABLE(fixed_at timestamp with time zone, received_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean)
    LANGUAGE sql STABLE
    AS $$
    select fix.*
    from (values (true)) once
    left join lateral (
        select fixed_at, received_at, lat, lon, speed_kmh, heading_deg, quality, ignition
        from state.position_history
        where imei = device and fixed_at > since and fixed_at <= through and received_at <= known_at
          and (not good or quality = 'gps') and (not telling_ignition or ignition is not null)
          and (known_at < 'infinity' or not state.is_suspect(vehicle, device, fixed_at))
        order by fixed_at desc limit 1) held on true
    left join lateral (
        select true as is_there from state.position_history
        where known_at < 'infinity' and imei = device and fixed_at > coalesce(held.fixed_at, since)
          and fixed_at <= through and received_at > known_at
        limit 1) later on true
    left join lateral (
        select * from serve.logged_fixes(device, coalesce(held.fixed_at, since), through, known_at)
        where later.is_there
          and (not good or quality = 'gps') and (not telling_ignition or ignition is not null)
        order by fixed_at desc limit 1) newer on true
    cross join lateral (
        select newer.* where newer.fixed_at is not null
        union all
        select held.* where newer.fixed_at is null and held.fixed_at is not null) fix;
$$;

ALTER FUNCTION serve.past_fix(vehicle bigint, device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, good boolean, telling_ignition boolean) OWNER TO fleet_owner;

CREATE FUNCTION serve.past_identities(at timestamp with time zone, known_at timestamp with time zone) RETURNS TABLE(imei text, is_mounted boolean, vehicle_id bigint, class_rank smallint, plate text, plate_key text, driver text, cost_centre text, city text)
    LANGUAGE sql STABLE
    AS $$
    select device.imei, mounted.value is not null,
           coalesce(mounted.value_id, domain.id_of('vehicle', listed.plate_key), domain.id_of('device', device.imei)),
           class.rank, printed.plate, coalesce(named.plate_key, serve.normalize_plate(printed.plate)),
           nullif(coalesce(driving.value, (told.driver).value), ''), nullif(paying.value, ''), nullif(living.value, '')
    from domain.devices device
    left join state.devices told on told.imei = device.imei
    cross join lateral serve.normalize_plate((told.plate).value) listed (plate_key)
    left join lateral serve.identity_statement('vehicle', device.imei, at, known_at) mounted on true
    cross join lateral (select coalesce(nullif(mounted.value, ''),
                                        case when mounted.value is null then listed.plate_key end)) named (plate_key)
    left join domain.vehicles vehicle on vehicle.plate_key = named.plate_key
    left join lateral serve.identity_statement('driver', named.plate_key, at, known_at) driving on true
    left join lateral serve.identity_statement('cost_centre', named.plate_key, at, known_at) paying on true
    left join lateral serve.identity_statement('city', named.plate_key, at, known_at) living on true
    cross join lateral (
        select coalesce((vehicle.plate).value, (told.plate).value, (told.name).value, device.imei)) printed (plate)
    left join domain.device_models model on model.model = (told.model).value
    left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker');
$$;

ALTER FUNCTION serve.past_identities(at timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.past_lifecycle(device text, good_at timestamp with time zone, at timestamp with time zone) RETURNS TABLE(lifecycle text)
    LANGUAGE sql STABLE
    AS $$
    select case
        when exists (select from domain.lifecycle_statements where imei = device) then coalesce(
            (select step.to_state from domain.lifecycle_steps(device, good_at) with ordinality
                 step (stepped_at, from_state, to_state, stated_by, reason, taken, place)
             where taken and stepped_at <= past_lifecycle.at order by place desc limit 1), 'provisioned')
        when good_at is null then 'provisioned'
        else 'active' end;
$$;

ALTER FUNCTION serve.past_lifecycle(device text, good_at timestamp with time zone, at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.past_word(device text, fixed_at timestamp with time zone, latest_at timestamp with time zone, judged_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, offline interval) RETURNS TABLE(heard_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    select case
        when known_at = 'infinity' and latest_at <= through then latest_at
        when shown.at + offline > judged_at then shown.at
        else greatest(shown.at, (
            select occurred_at from events.active_facts
            where imei = device and occurred_at > judged_at - offline and occurred_at <= through
              and received_at <= known_at and received_at >= judged_at - offline - interval '1 hour'
              and source in ('jimi.push', 'jimi.poll') and kind <> 'device_listed'
            order by occurred_at desc limit 1)) end
    from (select greatest(fixed_at, (
              select beat_at from state.heartbeats
              where imei = device and beat_at > coalesce(fixed_at, judged_at - offline) and beat_at <= through
                and received_at <= known_at
              order by beat_at desc limit 1))
          offset 0) shown (at);
$$;

ALTER FUNCTION serve.past_word(device text, fixed_at timestamp with time zone, latest_at timestamp with time zone, judged_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, offline interval) OWNER TO fleet_owner;

CREATE FUNCTION serve.platform_account() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select account_id from domain.accounts where code = 'platform';
$$;

ALTER FUNCTION serve.platform_account() OWNER TO fleet_owner;

CREATE FUNCTION serve.refuse_forgotten(at timestamp with time zone, known_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
declare
    oldest timestamptz;
begin
    if known_at is not null and not exists (select from events.parsed where received_at <= known_at) then
        select min(received_at) into oldest from events.parsed;
        raise exception 'Nothing is kept that we had received by %. %', serve.iso(known_at),
            coalesce('The oldest is of ' || serve.iso(oldest) || '.', 'Nothing has been received so far.')
            using errcode = 'invalid_parameter_value';
    elsif not exists (select from state.position_history where fixed_at <= at) then
        select min(first.fixed_at) into oldest from domain.devices
        cross join lateral (select fixed_at from state.position_history held where held.imei = devices.imei
                            order by fixed_at limit 1) first;
        raise exception 'No position is kept of % or before. %', serve.iso(at),
            coalesce('The oldest is of ' || serve.iso(oldest) || '.', 'There is none so far.')
            using errcode = 'invalid_parameter_value';
    end if;
end $$;

ALTER FUNCTION serve.refuse_forgotten(at timestamp with time zone, known_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.refuse_unknown_filters(filters jsonb, known text[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
declare
    unknown text := (select key from jsonb_object_keys(filters) key where key <> all (known) limit 1);
begin
    if unknown is not null then
        raise exception '“%” is not a filter. Known: %.', unknown, array_to_string(known, ', ')
            using errcode = 'invalid_parameter_value';
    end if;
end $$;

ALTER FUNCTION serve.refuse_unknown_filters(filters jsonb, known text[]) OWNER TO fleet_owner;

CREATE FUNCTION serve.rejections(reasons text[] DEFAULT NULL::text[], sources text[] DEFAULT NULL::text[], topics text[] DEFAULT NULL::text[], since timestamp with time zone DEFAULT NULL::timestamp with time zone, before_at timestamp with time zone DEFAULT 'infinity'::timestamp with time zone, before_raw bigint DEFAULT 0, before_item integer DEFAULT 0, page_size integer DEFAULT 100) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select jsonb_build_object('raw_id', refused.raw_id, 'item', refused.item, 'received_at', refused.received_at,
                              'source', raw.source, 'topic', raw.topic, 'parser_version', refused.parser_version,
                              'reason', refused.reason, 'detail', refused.detail)
    from events.active_rejections refused
    join events.raw on raw.id = refused.raw_id and raw.received_at = refused.received_at
    where (refused.received_at, refused.raw_id, refused.item) < (before_at, before_raw, before_item)
      and refused.received_at <= before_at
      and (since is null or refused.received_at >= since)
      and (reasons is null or refused.reason = any(reasons))
      and (sources is null or raw.source = any(sources))
      and (topics is null or raw.topic = any(topics))
    order by refused.received_at desc, refused.raw_id desc, refused.item desc
    limit page_size;
$$;

ALTER FUNCTION serve.rejections(reasons text[], sources text[], topics text[], since timestamp with time zone, before_at timestamp with time zone, before_raw bigint, before_item integer, page_size integer) OWNER TO fleet_owner;

CREATE FUNCTION serve.rows_of_fact(said events.parsed) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    rows jsonb := '[]';
    place record;
    told jsonb;
begin
    for place in select * from serve.tables_of_fact(said.kind) loop
        execute format($sql$
            select jsonb_build_object(
                'table', %1$L,
                'key', case when held.raw_id is null then jsonb_build_object('imei', said.imei)
                            else (select jsonb_object_agg(name, to_jsonb(held)->name) from unnest(%2$L::text[]) name) end,
                'won', coalesce(held.raw_id = said.raw_id and held.content_hash = jsonb_hash_extended(said.data, 0)
                                and %4$s, false),
                'raw_id', held.raw_id, 'received_at', held.received_at)
            from (select ($1).*) said left join %1$s held on held.imei = said.imei and %3$s
        $sql$, place.table_name, place.key_columns, place.same, place.won_if) into told using said;
        rows := rows || told;
    end loop;
    return rows;
end $_$;

ALTER FUNCTION serve.rows_of_fact(said events.parsed) OWNER TO fleet_owner;

CREATE FUNCTION serve.tables_of_fact(fact_kind text) RETURNS TABLE(table_name text, key_columns text[], same text, won_if text)
    LANGUAGE sql IMMUTABLE
    AS $_$
    select name, string_to_array(columns, ' '), condition,
           case name when 'state.live_positions' then 'held.fixed_at = said.occurred_at' else 'true' end
    from (values
        ('position_fix', 'state.position_history', 'imei fixed_at', 'held.fixed_at = said.occurred_at'),
        ('position_fix', 'state.live_positions', 'imei', 'true'),
        ('heartbeat', 'state.heartbeats', 'imei beat_at', 'held.beat_at = said.occurred_at'),
        ('alarm', 'state.alarms', 'imei raised_at origin class code cleared',
         $key$held.raised_at = said.occurred_at and held.origin = said.data->>'origin'
              and held.class = said.data->>'class' and held.code = said.data->>'code'
              and held.cleared = coalesce((said.data->>'cleared')::boolean, false)$key$),
        ('trip_reported', 'state.reported_trips', 'imei started_at origin',
         $key$held.started_at = said.occurred_at and held.origin = said.data->>'origin'$key$),
        ('parking_reported', 'state.parking_events', 'imei started_at origin engine',
         $key$held.started_at = said.occurred_at and held.engine = case (said.data->>'idle')::boolean
              when true then 'on' when false then 'off' else 'unknown' end$key$),
        ('obd_reading', 'state.obd_readings', 'imei read_at origin',
         $key$held.read_at = said.occurred_at and held.origin = said.data->>'origin'$key$),
        ('fault_code', 'state.fault_codes', 'imei seen_at origin code',
         $key$held.seen_at = said.occurred_at and held.origin = said.data->>'origin'
              and held.code = said.data->>'code'$key$),
        ('fuel_reading', 'state.fuel_readings', 'imei read_at unit',
         $key$held.read_at = said.occurred_at and held.unit = case when said.data ? 'fuel_l' then 'l'
              when said.data ? 'fuel_pct' then 'pct' else coalesce(said.data->>'unit', 'unknown') end$key$),
        ('temperature_reading', 'state.temperature_readings', 'imei read_at', 'held.read_at = said.occurred_at'),
        ('lbs_reading', 'state.lbs_readings', 'imei heard_at quality',
         $key$held.heard_at = said.occurred_at and held.quality = coalesce(said.data->>'quality', 'unknown')$key$),
        ('device_event', 'state.device_events', 'imei happened_at event content_hash',
         $key$held.happened_at = said.occurred_at and held.event = said.data->>'event'
              and held.content_hash = jsonb_hash_extended(said.data, 0)$key$)
    ) held (kind, name, columns, condition)
    where kind = fact_kind;
$_$;

ALTER FUNCTION serve.tables_of_fact(fact_kind text) OWNER TO fleet_owner;

CREATE FUNCTION serve.thresholds() RETURNS TABLE(moving_speed_kmh double precision, stale_fix interval, offline interval)
    LANGUAGE sql STABLE
    AS $$
    select max(threshold) filter (where metric = 'moving_speed_kmh'),
           make_interval(secs => max(threshold) filter (where metric = 'stale_fix_s')),
           make_interval(secs => max(threshold) filter (where metric = 'offline_s'))
    from slo.targets;
$$;

ALTER FUNCTION serve.thresholds() OWNER TO fleet_owner;

CREATE FUNCTION slo.fix_freshness_pct(as_of timestamp with time zone) RETURNS double precision
    LANGUAGE sql STABLE
    AS $$
    select round(100.0 * count(*) filter (where fixed_at > as_of - interval '60 s') / nullif(count(*), 0), 1)
    from state.live_positions
    where (ignition).value
      and fixed_at > as_of - (select make_interval(secs => threshold) from slo.targets where metric = 'stale_fix_s');
$$;

ALTER FUNCTION slo.fix_freshness_pct(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION slo.fn_status(as_of timestamp with time zone) RETURNS TABLE(metric text, value double precision, threshold double precision, status text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select metric, value, threshold,
           case when value is null then 'no_data'
                when (metric like '%\_pct\_%' and value >= threshold)
                  or (metric not like '%\_pct\_%' and value <= threshold) then 'met'
                else 'missed' end
    from slo.targets
    left join lateral (
        select slo.fix_freshness_pct(as_of) as value where metric = 'fix_freshness_pct_60s'
    ) measured on true
    where shown
    order by metric;
$$;

ALTER FUNCTION slo.fn_status(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE TABLE state.position_history (
    imei text NOT NULL,
    fixed_at timestamp with time zone NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    speed_kmh double precision,
    heading_deg double precision,
    altitude_m double precision,
    satellites smallint,
    ignition boolean,
    quality text NOT NULL,
    reupload boolean NOT NULL,
    odometer_m double precision,
    gate_at timestamp with time zone NOT NULL,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (fixed_at);

ALTER TABLE state.position_history OWNER TO fleet_owner;

CREATE FUNCTION state.day_fixes(of_vehicle bigint, of_day date, history regclass DEFAULT 'state.position_history'::regclass) RETURNS TABLE(fixed_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, ignition boolean, odometer_m double precision, imei text, by_tracker boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
    return query execute format($sql$
        with mounted as materialized (
            select imei, class_rank, valid_from, greatest(valid_from, $2) as from_at, least(valid_until, $3) as until_at
            from state.mounts where vehicle_id = $1 and valid_from < $3 and valid_until > $2
        ), stretches as (
            select at as from_at, lead(at) over (order by at) as until_at
            from (select from_at from mounted union select until_at from mounted) cut (at)
        )
        select fix.fixed_at, fix.lat, fix.lon, fix.speed_kmh, fix.ignition, fix.odometer_m, fix.imei,
               speaker.class_rank = (select min(rank) from domain.device_classes)
        from stretches
        cross join lateral (
            select mounted.imei, mounted.class_rank from mounted
            where mounted.from_at <= stretches.from_at and mounted.until_at >= stretches.until_at
              and exists (select from %1$s fix
                          where fix.imei = mounted.imei and fix.quality = 'gps'
                            and fix.fixed_at >= stretches.from_at and fix.fixed_at < stretches.until_at
                            and fix.fixed_at >= $2 and fix.fixed_at < $3)
            order by mounted.class_rank, mounted.valid_from desc, mounted.imei limit 1) speaker
        join %1$s fix on fix.imei = speaker.imei and fix.quality = 'gps'
                     and fix.fixed_at >= stretches.from_at and fix.fixed_at < stretches.until_at
                     and fix.fixed_at >= $2 and fix.fixed_at < $3
        order by fix.fixed_at
    $sql$, history) using of_vehicle, domain.eat_midnight(of_day), domain.eat_midnight(of_day + 1);
end $_$;

ALTER FUNCTION state.day_fixes(of_vehicle bigint, of_day date, history regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.days_of_history(history regclass DEFAULT 'state.position_history'::regclass, from_day date DEFAULT NULL::date, to_day date DEFAULT NULL::date) RETURNS TABLE(vehicle_id bigint, day date)
    LANGUAGE plpgsql STABLE
    AS $_$
begin
    return query execute format($sql$
        select distinct mount.vehicle_id, device_day.day
        from (select distinct imei, domain.eat_day(fixed_at) as day from %s
              where ($1 is null or fixed_at >= domain.eat_midnight($1))
                and ($2 is null or fixed_at < domain.eat_midnight($2))) device_day
        join state.mounts mount on mount.imei = device_day.imei
             and mount.valid_from < domain.eat_midnight(device_day.day + 1)
             and mount.valid_until > domain.eat_midnight(device_day.day)
    $sql$, history) using from_day, to_day;
end $_$;

ALTER FUNCTION state.days_of_history(history regclass, from_day date, to_day date) OWNER TO fleet_owner;

CREATE FUNCTION state.differences(held regclass, other regclass, since timestamp with time zone, most integer) RETURNS TABLE(key jsonb, held_row jsonb, other_row jsonb, differing bigint)
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    key_columns text := state.key_columns(held);
    time_column text := coalesce(
        (select quote_ident(c.time_column) from series.catalog c where table_name::regclass = held),
        (select quote_ident(r.time_column) from series.retention r where table_name = held::text), '$1');
begin
    return query execute format($sql$
        select (select to_jsonb(k) from (select %3$s) k), to_jsonb(held.whole), to_jsonb(other.whole), count(*) over ()
        from (select %3$s, whole from %1$s whole where $1 is null or %4$s >= $1 offset 0) held
        full join (select %3$s, whole from %2$s whole where $1 is null or %4$s >= $1 offset 0) other using (%3$s)
        where held.whole is distinct from other.whole
        order by %3$s limit $2
    $sql$, held, other, key_columns, time_column) using since, most;
end $_$;

ALTER FUNCTION state.differences(held regclass, other regclass, since timestamp with time zone, most integer) OWNER TO fleet_owner;

CREATE FUNCTION state.differing_devices(other regclass) RETURNS text[]
    LANGUAGE plpgsql STABLE
    AS $_$
declare
    imeis text[];
begin
    execute format($sql$
        select array_agg(imei) from state.devices held full join %s other using (imei)
        where (held.name, held.plate, held.driver, held.model)
              is distinct from (other.name, other.plate, other.driver, other.model)
    $sql$, other) into imeis;
    return imeis;
end $_$;

ALTER FUNCTION state.differing_devices(other regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.differing_identities(most integer) RETURNS TABLE(key jsonb, held_row jsonb, other_row jsonb, differing bigint)
    LANGUAGE sql STABLE
    AS $$
    select jsonb_build_object('imei', imei, 'valid_from', valid_from), to_jsonb(held), to_jsonb(other),
           count(*) over ()
    from state.identities held
    full join state.identities_of(array(select device.imei from domain.devices device)) other using (imei, valid_from)
    where held is distinct from other
    order by imei, valid_from limit most;
$$;

ALTER FUNCTION state.differing_identities(most integer) OWNER TO fleet_owner;

CREATE FUNCTION state.differing_mounts(most integer) RETURNS TABLE(key jsonb, held_row jsonb, other_row jsonb, differing bigint)
    LANGUAGE sql STABLE
    AS $$
    select jsonb_build_object('imei', imei, 'valid_from', valid_from), to_jsonb(held), to_jsonb(other),
           count(*) over ()
    from state.mounts held
    full join state.mounts_of(array(select device.imei from domain.devices device)) other using (imei, valid_from)
    where held is distinct from other
    order by imei, valid_from limit most;
$$;

ALTER FUNCTION state.differing_mounts(most integer) OWNER TO fleet_owner;

CREATE FUNCTION state.follow_identities() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    imeis text[];
begin
    -- Before looking whose they are: a device that is being listed now may come to be one of them.
    perform pg_advisory_xact_lock(4201, 4) from changed limit 1;
    case tg_table_name
        when 'devices', 'device_assignments' then
            imeis := array(select distinct imei from changed);
        when 'vehicles', 'driver_assignments' then
            imeis := array(select distinct imei from state.identities join changed using (vehicle_id));
        when 'drivers' then
            imeis := array(select distinct imei from changed join domain.driver_assignments using (driver_id)
                           join state.identities using (vehicle_id));
        when 'cost_centres' then
            imeis := array(select distinct imei from state.identities join changed on cost_centre = changed.name);
    end case;
    perform state.refresh_identities(imeis);
    return null;
end $$;

ALTER FUNCTION state.follow_identities() OWNER TO fleet_owner;

CREATE FUNCTION state.held_position_history(lower_bound timestamp with time zone, upper_bound timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select 'days of its vehicles wait to be folded'
    where exists (select from events.days_to_fold
                  where day between domain.eat_day(lower_bound) and domain.eat_day(upper_bound));
$$;

ALTER FUNCTION state.held_position_history(lower_bound timestamp with time zone, upper_bound timestamp with time zone) OWNER TO fleet_owner;

CREATE TABLE state.identities (
    imei text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    vehicle_id bigint NOT NULL,
    lifecycle text NOT NULL,
    class_rank smallint,
    plate text NOT NULL,
    plate_key text,
    driver text,
    cost_centre text,
    city text,
    properties text NOT NULL
);

ALTER TABLE state.identities OWNER TO fleet_owner;

CREATE FUNCTION state.identities_of(imeis text[]) RETURNS SETOF state.identities
    LANGUAGE sql STABLE
    AS $$
    with listed as (
        select device.imei, device.lifecycle, device.class, told.plate, told.name, told.driver, told.model,
               domain.id_of('vehicle', serve.normalize_plate((told.plate).value)) as listed_vehicle_id
        from domain.devices device
        left join state.devices told using (imei)
        where device.imei = any (imeis) and device.lifecycle <> 'decommissioned'
    ), mounted as (
        select imei, valid_from, vehicle_id,
               lead(valid_from, 1, 'infinity') over (partition by imei order by valid_from) as valid_until
        from (select imei, '-infinity'::timestamptz as valid_from,
                     coalesce(listed_vehicle_id, domain.id_of('device', imei)) as vehicle_id from listed
              union all
              select imei, valid_from, vehicle_id from domain.device_assignments
              where imei = any (imeis)) assignment
    ), periods as (
        select imei, vehicle_id, change.valid_from,
               lead(change.valid_from, 1, mounted.valid_until)
                   over (partition by imei, mounted.valid_from order by change.valid_from) as valid_until
        from mounted
        cross join lateral (
            select mounted.valid_from
            union
            select driven.valid_from from domain.driver_assignments driven
            where driven.vehicle_id = mounted.vehicle_id
              and driven.valid_from > mounted.valid_from and driven.valid_from < mounted.valid_until
              -- The same driver stated again begins no period: a roster says so day after day.
              and driven.driver_id is distinct from (
                  select driver_id from domain.driver_assignments before
                  where before.vehicle_id = driven.vehicle_id and before.valid_from < driven.valid_from
                  order by before.valid_from desc limit 1)) change
    )
    select imei, valid_from, valid_until, vehicle_id, lifecycle, class.rank,
           shown.plate, shown.plate_key, shown.driver, shown.cost_centre, shown.city,
           serve.identity_properties(vehicle_id, shown.plate, shown.plate_key, imei, shown.cost_centre, shown.city,
                                     shown.driver, lifecycle)
    from periods
    join listed using (imei)
    left join domain.vehicles vehicle using (vehicle_id)
    left join lateral (
        select coalesce(name, '') as name      -- of nobody, where an operator said so
        from domain.driver_assignments left join domain.drivers using (driver_id)
        where driver_assignments.vehicle_id = periods.vehicle_id and valid_from <= periods.valid_from
        order by valid_from desc limit 1) driving on true
    cross join lateral (
        select coalesce((vehicle.plate).value, (listed.plate).value, (listed.name).value, imei) as plate) printed
    cross join lateral (
        select printed.plate, coalesce(vehicle.plate_key, serve.normalize_plate(printed.plate)) as plate_key,
               nullif(coalesce(driving.name, (listed.driver).value), '') as driver,
               (vehicle.cost_centre).value as cost_centre, (vehicle.city).value as city) shown
    left join domain.device_models model on model.model = (listed.model).value
    left join domain.device_classes class on class.class = coalesce((listed.class).value, model.class, 'tracker');
$$;

ALTER FUNCTION state.identities_of(imeis text[]) OWNER TO fleet_owner;

CREATE FUNCTION state.is_suspect(vehicle bigint, device text, fix_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    select exists (
        select from state.vehicle_days
        where vehicle_id = vehicle and day = domain.eat_day(fix_at) and suspects <> '{}'
          and fix_at = any (suspects) and device = any (imeis));
$$;

ALTER FUNCTION state.is_suspect(vehicle bigint, device text, fix_at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION state.keep_vehicle_days(schema_name text, of_vehicles bigint[], of_days date[], told jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    kept text;
    part text;
    at text;
begin
    if schema_name not in ('state', 'rebuild', 'scratch') then
        raise exception 'vehicle-days are kept in no schema %', schema_name using errcode = 'invalid_schema_name';
    end if;
    for kept, part, at in values
        ('trips', 'held.day = part.day', 'started_at'),
        ('vehicle_days', 'held.day = part.day', 'day'),
        ('daily_rollups', 'held.day = part.day', 'day'),
        ('hourly_rollups',
         'held.hour_at >= domain.eat_midnight(part.day) and held.hour_at < domain.eat_midnight(part.day + 1)', 'hour_at')
    loop
        execute format($sql$
            delete from %1$I.%2$I held using unnest($1, $2) part (vehicle_id, day)
            where held.vehicle_id = part.vehicle_id and %3$s
              and not exists (select from jsonb_populate_recordset(null::%1$I.%2$I, $3) fresh
                              where (fresh.vehicle_id, fresh.%4$I) = (held.vehicle_id, held.%4$I) and fresh = held)
        $sql$, schema_name, kept, part, at) using of_vehicles, of_days, coalesce(told->kept, '[]');
        execute format('insert into %1$I.%2$I select * from jsonb_populate_recordset(null::%1$I.%2$I, $1)
                        on conflict do nothing', schema_name, kept) using coalesce(told->kept, '[]');
    end loop;
end $_$;

ALTER FUNCTION state.keep_vehicle_days(schema_name text, of_vehicles bigint[], of_days date[], told jsonb) OWNER TO fleet_owner;

CREATE FUNCTION state.key_columns(held regclass) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    select string_agg(quote_ident(attname), ', ' order by place)
    from pg_catalog.pg_constraint
    cross join unnest(conkey) with ordinality as part (attnum, place)
    join pg_catalog.pg_attribute on attrelid = conrelid and pg_attribute.attnum = part.attnum
    where conrelid = held and contype = 'p';
$$;

ALTER FUNCTION state.key_columns(held regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.known(value text, as_of timestamp with time zone) RETURNS state.known_text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when value is not null then row(value, as_of)::state.known_text end;
$$;

ALTER FUNCTION state.known(value text, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION state.later(held state.known_flag, told state.known_flag) RETURNS state.known_flag
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when (told).as_of is null or ((held).as_of, (held).value) >= ((told).as_of, (told).value)
                then held else told end;
$$;

ALTER FUNCTION state.later(held state.known_flag, told state.known_flag) OWNER TO fleet_owner;

CREATE FUNCTION state.later(held state.known_number, told state.known_number) RETURNS state.known_number
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when (told).as_of is null or ((held).as_of, (held).value) >= ((told).as_of, (told).value)
                then held else told end;
$$;

ALTER FUNCTION state.later(held state.known_number, told state.known_number) OWNER TO fleet_owner;

CREATE FUNCTION state.later(held state.known_text, told state.known_text) RETURNS state.known_text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case when (told).as_of is null
                  or ((held).as_of, coalesce((held).value, '')) >= ((told).as_of, coalesce((told).value, ''))
                then held else told end;
$$;

ALTER FUNCTION state.later(held state.known_text, told state.known_text) OWNER TO fleet_owner;

CREATE FUNCTION state.mend_identities() RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    imeis text[];
begin
    perform pg_advisory_xact_lock(4201, 4);   -- before looking: as state.refresh_identities
    imeis := array(select key->>'imei' from state.differing_identities(null)
                   union select key->>'imei' from state.differing_mounts(null));
    perform state.refresh_identities(imeis);
    return cardinality(imeis);
end $$;

ALTER FUNCTION state.mend_identities() OWNER TO fleet_owner;

CREATE TABLE state.mounts (
    imei text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    vehicle_id bigint NOT NULL,
    class_rank smallint NOT NULL
);

ALTER TABLE state.mounts OWNER TO fleet_owner;

CREATE FUNCTION state.mount_days(mounts state.mounts[]) RETURNS TABLE(imei text, vehicle_id bigint, day date, valid_from timestamp with time zone, valid_until timestamp with time zone, class_rank smallint)
    LANGUAGE sql STABLE
    AS $$
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

ALTER FUNCTION state.mount_days(mounts state.mounts[]) OWNER TO fleet_owner;

CREATE FUNCTION state.mounts_of(imeis text[]) RETURNS SETOF state.mounts
    LANGUAGE sql STABLE
    AS $$
    with known as (
        select device.imei, device.first_good_fix_at, coalesce(class.rank, 32767) as class_rank,
               coalesce(domain.id_of('vehicle', serve.normalize_plate((told.plate).value)),
                        domain.id_of('device', device.imei)) as listed_vehicle_id
        from domain.devices device
        left join state.devices told using (imei)
        left join domain.device_models model on model.model = (told.model).value
        left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker')
        where device.imei = any (imeis)
    ), mounted as (
        select imei, vehicle_id, tstzmultirange(tstzrange(valid_from, lead(valid_from, 1, 'infinity') over (
                   partition by imei order by valid_from))) as period
        from (select imei, '-infinity'::timestamptz as valid_from, listed_vehicle_id as vehicle_id from known
              union all
              select imei, valid_from, vehicle_id from domain.device_assignments where imei = any (imeis)) assigned
    ), gone as (
        select imei, range_agg(tstzrange(at, until_at)) as period
        from (select known.imei, step.at, step.to_state,
                     lead(step.at, 1, 'infinity') over (partition by known.imei order by step.at) as until_at
              from known cross join lateral domain.lifecycle_steps(known.imei, known.first_good_fix_at) step
              where step.taken
                and known.imei in (select imei from domain.lifecycle_statements where to_state = 'decommissioned')
             ) step
        where to_state = 'decommissioned'
        group by imei
    )
    select imei, lower(stretch), upper(stretch), vehicle_id, class_rank
    from mounted
    join known using (imei)
    left join gone using (imei)
    cross join lateral unnest(mounted.period - coalesce(gone.period, '{}')) stretch;
$$;

ALTER FUNCTION state.mounts_of(imeis text[]) OWNER TO fleet_owner;

CREATE TABLE state.alarms (
    imei text NOT NULL,
    raised_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    class text NOT NULL,
    code text NOT NULL,
    cleared boolean NOT NULL,
    name text,
    lat double precision,
    lon double precision,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (raised_at);

ALTER TABLE state.alarms OWNER TO fleet_owner;

CREATE FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.alarms'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %1$s as held
        select distinct on (imei, occurred_at, origin, class, code, cleared)
            imei, occurred_at, data->>'origin' as origin, data->>'class' as class, data->>'code' as code,
            coalesce((data->>'cleared')::boolean, false) as cleared, data->>'name',
            (data->>'lat')::float8, (data->>'lon')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'alarm'
        order by imei, occurred_at, origin, class, code, cleared, source_rank desc, content_hash desc, raw_id
        on conflict (imei, raised_at, origin, class, code, cleared) do update set
            (name, lat, lon, source_rank, content_hash, raw_id, received_at)
            = (excluded.name, excluded.lat, excluded.lon, excluded.source_rank, excluded.content_hash,
               excluded.raw_id, excluded.received_at)
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.device_events (
    imei text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    event text NOT NULL,
    content_hash bigint NOT NULL,
    details jsonb NOT NULL,
    source_rank smallint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (happened_at);

ALTER TABLE state.device_events OWNER TO fleet_owner;

CREATE FUNCTION state.project_device_events(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.device_events'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, happened_at, event, content_hash, details, source_rank, raw_id, received_at)
        select distinct on (imei, occurred_at, event, content_hash)
            imei, occurred_at, data->>'event' as event, jsonb_hash_extended(data, 0) as content_hash,
            data - 'event', events.source_rank(source) as source_rank, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'device_event'
        order by imei, occurred_at, event, content_hash, source_rank desc, raw_id
        on conflict (imei, happened_at, event, content_hash) do update set
            (source_rank, raw_id, received_at) = (excluded.source_rank, excluded.raw_id, excluded.received_at)
        where (excluded.source_rank, -excluded.raw_id) > (held.source_rank, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_device_events(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.devices (
    imei text NOT NULL,
    first_heard_at timestamp with time zone,
    heard_at timestamp with time zone,
    name state.known_text,
    plate state.known_text,
    driver state.known_text,
    phone state.known_text,
    sim state.known_text,
    model state.known_text,
    device_group state.known_text,
    account state.known_text,
    expires_at state.known_text,
    enabled state.known_text
)
WITH (fillfactor='70');

ALTER TABLE state.devices OWNER TO fleet_owner;

CREATE FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.devices'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
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
end $_$;

ALTER FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.fault_codes (
    imei text NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    code text NOT NULL,
    detail text,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (seen_at);

ALTER TABLE state.fault_codes OWNER TO fleet_owner;

CREATE FUNCTION state.project_fault_codes(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.fault_codes'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, seen_at, origin, code,
                                detail, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin, code)
            imei, occurred_at, data->>'origin' as origin, data->>'code' as code,
            data->>'detail',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'fault_code'
        order by imei, occurred_at, origin, code, source_rank desc, content_hash desc, raw_id
        on conflict (imei, seen_at, origin, code) do update set
            (detail, source_rank, content_hash, raw_id, received_at) = (
                excluded.detail, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_fault_codes(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.fuel_readings (
    imei text NOT NULL,
    read_at timestamp with time zone NOT NULL,
    unit text NOT NULL,
    fuel_l double precision,
    fuel_pct double precision,
    level double precision,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (read_at);

ALTER TABLE state.fuel_readings OWNER TO fleet_owner;

CREATE FUNCTION state.project_fuel_readings(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.fuel_readings'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, read_at, unit,
                                fuel_l, fuel_pct, level, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, unit)
            imei, occurred_at,
            case when data ? 'fuel_l' then 'l' when data ? 'fuel_pct' then 'pct'
                 else coalesce(data->>'unit', 'unknown') end as unit,
            (data->>'fuel_l')::float8, (data->>'fuel_pct')::float8, (data->>'level')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'fuel_reading'
        order by imei, occurred_at, unit, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at, unit) do update set
            (fuel_l, fuel_pct, level, source_rank, content_hash, raw_id, received_at) = (
                excluded.fuel_l, excluded.fuel_pct, excluded.level, excluded.source_rank, excluded.content_hash,
                excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_fuel_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.heartbeats (
    imei text NOT NULL,
    beat_at timestamp with time zone NOT NULL,
    ignition boolean,
    battery_pct double precision,
    gsm_pct double precision,
    external_power boolean,
    voltage_v double precision,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (beat_at);

ALTER TABLE state.heartbeats OWNER TO fleet_owner;

CREATE FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.heartbeats'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %1$s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'ignition')::boolean, (data->>'battery_pct')::float8,
            (data->>'gsm_pct')::float8, (data->>'external_power')::boolean, (data->>'voltage_v')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'heartbeat'
        order by imei, occurred_at, source_rank desc, content_hash desc, raw_id
        on conflict (imei, beat_at) do update set
            (ignition, battery_pct, gsm_pct, external_power, voltage_v,
             source_rank, content_hash, raw_id, received_at)
            = (excluded.ignition, excluded.battery_pct, excluded.gsm_pct, excluded.external_power,
               excluded.voltage_v, excluded.source_rank, excluded.content_hash, excluded.raw_id,
               excluded.received_at)
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.lbs_readings (
    imei text NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    quality text NOT NULL,
    mcc text,
    mnc text,
    cells jsonb,
    access_points jsonb,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (heard_at);

ALTER TABLE state.lbs_readings OWNER TO fleet_owner;

CREATE FUNCTION state.project_lbs_readings(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.lbs_readings'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, heard_at, quality,
                                mcc, mnc, cells, access_points, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, quality)
            imei, occurred_at, coalesce(data->>'quality', 'unknown') as quality,
            data->>'mcc', data->>'mnc', data->'cells', data->'access_points',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'lbs_reading'
        order by imei, occurred_at, quality, source_rank desc, content_hash desc, raw_id
        on conflict (imei, heard_at, quality) do update set
            (mcc, mnc, cells, access_points, source_rank, content_hash, raw_id, received_at) = (
                excluded.mcc, excluded.mnc, excluded.cells, excluded.access_points, excluded.source_rank,
                excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_lbs_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.live_positions (
    imei text NOT NULL,
    fixed_at timestamp with time zone NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    speed_kmh double precision,
    heading_deg double precision,
    altitude_m double precision,
    satellites integer,
    quality text NOT NULL,
    ignition state.known_flag,
    odometer_m state.known_number,
    good_fixed_at timestamp with time zone,
    good_speed_kmh double precision,
    gate_at timestamp with time zone NOT NULL,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
WITH (fillfactor='70');

ALTER TABLE state.live_positions OWNER TO fleet_owner;

CREATE FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.live_positions'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        with fixes as materialized (
            select imei, occurred_at, data, raw_id, received_at,
                   coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
                   events.source_rank(source) as source_rank,
                   jsonb_hash_extended(data, 0) as content_hash
            from %2$s
            where id > $1 and id <= $2 and kind = 'position_fix'
        ), newest as (
            select distinct on (imei) * from fixes
            order by imei, occurred_at desc, gate_at desc, source_rank desc, content_hash desc, raw_id
        ), ignition as (
            select distinct on (imei) imei,
                   row((data->>'ignition')::boolean, occurred_at)::state.known_flag as told
            from fixes where data ? 'ignition'
            order by imei, occurred_at desc, (data->>'ignition')::boolean desc
        ), odometer as (
            select distinct on (imei) imei,
                   row((data->>'odometer_m')::float8, occurred_at)::state.known_number as told
            from fixes where data ? 'odometer_m'
            order by imei, occurred_at desc, (data->>'odometer_m')::float8 desc
        ), good as (
            select distinct on (imei) imei, occurred_at, (data->>'speed_kmh')::float8 as speed_kmh
            from fixes where data->>'quality' = 'gps'
            order by imei, occurred_at desc, (data->>'speed_kmh')::float8 desc nulls last
        )
        insert into %1$s as held
        select imei, newest.occurred_at, (data->>'lat')::float8, (data->>'lon')::float8,
               (data->>'speed_kmh')::float8, (data->>'heading_deg')::float8, (data->>'altitude_m')::float8,
               (data->>'satellites')::integer, data->>'quality', ignition.told, odometer.told,
               good.occurred_at, good.speed_kmh, gate_at, source_rank, content_hash, raw_id, received_at
        from newest
        left join ignition using (imei)
        left join odometer using (imei)
        left join good using (imei)
        on conflict (imei) do update set
            (
                fixed_at, lat, lon, speed_kmh, heading_deg, altitude_m, satellites, quality, gate_at,
                source_rank, content_hash, raw_id, received_at
            ) = (
                select * from (values (
                    held.fixed_at, held.lat, held.lon, held.speed_kmh, held.heading_deg,
                    held.altitude_m, held.satellites, held.quality, held.gate_at, held.source_rank,
                    held.content_hash, held.raw_id, held.received_at
                ), (
                    excluded.fixed_at, excluded.lat, excluded.lon, excluded.speed_kmh,
                    excluded.heading_deg, excluded.altitude_m, excluded.satellites, excluded.quality,
                    excluded.gate_at, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                    excluded.received_at
                )) fix (
                    fixed_at, lat, lon, speed_kmh, heading_deg, altitude_m, satellites, quality,
                    gate_at, source_rank, content_hash, raw_id, received_at
                )
                order by fixed_at desc, gate_at desc, source_rank desc, content_hash desc, raw_id limit 1
            ),
            ignition = state.later(held.ignition, excluded.ignition),
            odometer_m = state.later(held.odometer_m, excluded.odometer_m),
            (good_fixed_at, good_speed_kmh) = (
                select * from (values (held.good_fixed_at, held.good_speed_kmh),
                                      (excluded.good_fixed_at, excluded.good_speed_kmh)) good (at, speed_kmh)
                order by at desc nulls last, speed_kmh desc nulls last limit 1
            )
        where (excluded.fixed_at, excluded.gate_at, excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.fixed_at, held.gate_at, held.source_rank, held.content_hash, -held.raw_id)
           or state.later(held.ignition, excluded.ignition) is distinct from held.ignition
           or state.later(held.odometer_m, excluded.odometer_m) is distinct from held.odometer_m
           or (coalesce(excluded.good_fixed_at, '-infinity'), coalesce(excluded.good_speed_kmh, -1))
            > (coalesce(held.good_fixed_at, '-infinity'), coalesce(held.good_speed_kmh, -1))
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.obd_readings (
    imei text NOT NULL,
    read_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    engine_rpm double precision,
    speed_kmh double precision,
    coolant_c double precision,
    fuel_pct double precision,
    fuel_l double precision,
    voltage_v double precision,
    odometer_m double precision,
    device_odometer_m double precision,
    vin text,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (read_at);

ALTER TABLE state.obd_readings OWNER TO fleet_owner;

CREATE FUNCTION state.project_obd_readings(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.obd_readings'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, read_at, origin,
                                engine_rpm, speed_kmh, coolant_c, fuel_pct, fuel_l, voltage_v, odometer_m,
                                device_odometer_m, vin, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin)
            imei, occurred_at, data->>'origin' as origin,
            (data->>'engine_rpm')::float8, (data->>'speed_kmh')::float8, (data->>'coolant_c')::float8,
            (data->>'fuel_pct')::float8, (data->>'fuel_l')::float8, (data->>'voltage_v')::float8,
            (data->>'odometer_m')::float8, (data->>'device_odometer_m')::float8, data->>'vin',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'obd_reading'
        order by imei, occurred_at, origin, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at, origin) do update set
            (
                engine_rpm, speed_kmh, coolant_c, fuel_pct, fuel_l, voltage_v, odometer_m, device_odometer_m,
                vin, source_rank, content_hash, raw_id, received_at
            ) = (
                excluded.engine_rpm, excluded.speed_kmh, excluded.coolant_c, excluded.fuel_pct, excluded.fuel_l,
                excluded.voltage_v, excluded.odometer_m, excluded.device_odometer_m, excluded.vin,
                excluded.source_rank, excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_obd_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.parking_events (
    imei text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    engine text NOT NULL,
    ended_at timestamp with time zone,
    duration_s double precision,
    lat double precision,
    lon double precision,
    address text,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (started_at);

ALTER TABLE state.parking_events OWNER TO fleet_owner;

CREATE FUNCTION state.project_parking_events(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.parking_events'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, started_at, origin, engine,
                                ended_at, duration_s, lat, lon, address, source_rank, content_hash, raw_id,
                                received_at)
        select distinct on (imei, occurred_at, origin, engine)
            imei, occurred_at, 'report' as origin,
            case (data->>'idle')::boolean when true then 'on' when false then 'off' else 'unknown' end as engine,
            (data->>'ended_at')::timestamptz as ended_at, (data->>'duration_s')::float8 as duration_s,
            (data->>'lat')::float8, (data->>'lon')::float8, data->>'address',
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'parking_reported'
        order by imei, occurred_at, origin, engine,
                 ended_at desc nulls last, duration_s desc nulls last, source_rank desc, content_hash desc, raw_id
        on conflict (imei, started_at, origin, engine) do update set
            (ended_at, duration_s, lat, lon, address, source_rank, content_hash, raw_id, received_at) = (
                excluded.ended_at, excluded.duration_s, excluded.lat, excluded.lon, excluded.address,
                excluded.source_rank, excluded.content_hash, excluded.raw_id, excluded.received_at
            )
        where (coalesce(excluded.ended_at, '-infinity'), coalesce(excluded.duration_s, -1), excluded.source_rank,
               excluded.content_hash, -excluded.raw_id)
            > (coalesce(held.ended_at, '-infinity'), coalesce(held.duration_s, -1), held.source_rank,
               held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_parking_events(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.position_history'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        with written as (
        insert into %1$s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'lat')::float8, (data->>'lon')::float8,
            (data->>'speed_kmh')::float8, (data->>'heading_deg')::float8, (data->>'altitude_m')::float8,
            (data->>'satellites')::smallint, (data->>'ignition')::boolean, data->>'quality',
            data ? 'reupload', (data->>'odometer_m')::float8,
            coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %2$s
        where id > $1 and id <= $2 and kind = 'position_fix'
        order by imei, occurred_at, gate_at desc, source_rank desc, content_hash desc, raw_id
        on conflict (imei, fixed_at) do update set
            (lat, lon, speed_kmh, heading_deg, altitude_m, satellites, ignition, quality, reupload,
             odometer_m, gate_at, source_rank, content_hash, raw_id, received_at)
            = (excluded.lat, excluded.lon, excluded.speed_kmh, excluded.heading_deg, excluded.altitude_m,
               excluded.satellites, excluded.ignition, excluded.quality, excluded.reupload,
               excluded.odometer_m, excluded.gate_at, excluded.source_rank, excluded.content_hash,
               excluded.raw_id, excluded.received_at)
        where (excluded.gate_at, excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.gate_at, held.source_rank, held.content_hash, -held.raw_id)
        returning imei, fixed_at
        )
        insert into events.days_to_fold as waiting (day, imei)
        select distinct domain.eat_day(fixed_at), imei from written where $3
        on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1
    $sql$, target, source) using after_id, up_to_id, target = 'state.position_history'::regclass;
end $_$;

ALTER FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.project_readings(after_id bigint, up_to_id bigint, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    table_name text;
    first_id bigint;
    last_id bigint;
begin
    for table_name, first_id, last_id in execute format($sql$
        select case kind
                   when 'device_event' then 'device_events'
                   when 'fault_code' then 'fault_codes'
                   when 'fuel_reading' then 'fuel_readings'
                   when 'lbs_reading' then 'lbs_readings'
                   when 'obd_reading' then 'obd_readings'
                   when 'parking_reported' then 'parking_events'
                   when 'temperature_reading' then 'temperature_readings'
                   when 'trip_reported' then 'reported_trips'
               end as table_name, min(id), max(id)
        from %s
        where id > $1 and id <= $2
          and kind in ('device_event', 'fault_code', 'fuel_reading', 'lbs_reading', 'obd_reading',
                       'parking_reported', 'temperature_reading', 'trip_reported')
        group by kind
        order by table_name
    $sql$, source) using after_id, up_to_id
    loop
        execute format('select state.%I($1, $2, source => $3)', 'project_' || table_name)
        using first_id - 1, last_id, source;
    end loop;
end $_$;

ALTER FUNCTION state.project_readings(after_id bigint, up_to_id bigint, source regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.project_registry(after_id bigint, up_to_id bigint, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
declare
    states boolean := exists (select from events.facts(source, after_id, up_to_id)
                              where kind ~ '_(listed|set|assigned)$' or kind in ('roster_entry', 'listing_completed'));
    changed text[];
begin
    if states then
        perform domain.register_accounts(source, after_id, up_to_id);
    end if;
    changed := domain.register_devices(source, after_id, up_to_id);
    if states or cardinality(changed) > 0 then
        perform domain.register_lifecycle(source, after_id, up_to_id, changed);
    end if;
    if not states then
        return;
    end if;
    perform domain.register_cities(source, after_id, up_to_id);
    perform domain.register_cost_centres(source, after_id, up_to_id);
    perform domain.register_vehicles(source, after_id, up_to_id);
    perform domain.register_device_assignments(source, after_id, up_to_id);
    perform domain.register_drivers(source, after_id, up_to_id);
    perform domain.register_driver_assignments(source, after_id, up_to_id);
    perform domain.register_identity_statements(source, after_id, up_to_id);
    perform domain.register_listing_runs(source, after_id, up_to_id);
end $_$;

ALTER FUNCTION state.project_registry(after_id bigint, up_to_id bigint, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.reported_trips (
    imei text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    origin text NOT NULL,
    ended_at timestamp with time zone,
    duration_s double precision,
    distance_m double precision,
    avg_speed_kmh double precision,
    max_speed_kmh double precision,
    start_lat double precision,
    start_lon double precision,
    end_lat double precision,
    end_lon double precision,
    start_odometer_m double precision,
    end_odometer_m double precision,
    fuel_l double precision,
    fuel_l_per_100km double precision,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (started_at);

ALTER TABLE state.reported_trips OWNER TO fleet_owner;

CREATE FUNCTION state.project_reported_trips(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.reported_trips'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, started_at, origin,
                                ended_at, duration_s, distance_m, avg_speed_kmh, max_speed_kmh, start_lat,
                                start_lon, end_lat, end_lon, start_odometer_m, end_odometer_m, fuel_l,
                                fuel_l_per_100km, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at, origin)
            imei, occurred_at, data->>'origin' as origin,
            (data->>'ended_at')::timestamptz as ended_at, (data->>'duration_s')::float8 as duration_s,
            (data->>'distance_m')::float8, (data->>'avg_speed_kmh')::float8, (data->>'max_speed_kmh')::float8,
            (data->>'start_lat')::float8, (data->>'start_lon')::float8, (data->>'end_lat')::float8,
            (data->>'end_lon')::float8, (data->>'start_odometer_m')::float8, (data->>'end_odometer_m')::float8,
            (data->>'fuel_l')::float8, (data->>'fuel_l_per_100km')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'trip_reported'
        order by imei, occurred_at, origin,
                 ended_at desc nulls last, duration_s desc nulls last, source_rank desc, content_hash desc, raw_id
        on conflict (imei, started_at, origin) do update set
            (
                ended_at, duration_s, distance_m, avg_speed_kmh, max_speed_kmh, start_lat, start_lon, end_lat,
                end_lon, start_odometer_m, end_odometer_m, fuel_l, fuel_l_per_100km, source_rank, content_hash,
                raw_id, received_at
            ) = (
                excluded.ended_at, excluded.duration_s, excluded.distance_m, excluded.avg_speed_kmh,
                excluded.max_speed_kmh, excluded.start_lat, excluded.start_lon, excluded.end_lat,
                excluded.end_lon, excluded.start_odometer_m, excluded.end_odometer_m, excluded.fuel_l,
                excluded.fuel_l_per_100km, excluded.source_rank, excluded.content_hash, excluded.raw_id,
                excluded.received_at
            )
        where (coalesce(excluded.ended_at, '-infinity'), coalesce(excluded.duration_s, -1), excluded.source_rank,
               excluded.content_hash, -excluded.raw_id)
            > (coalesce(held.ended_at, '-infinity'), coalesce(held.duration_s, -1), held.source_rank,
               held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_reported_trips(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE TABLE state.temperature_readings (
    imei text NOT NULL,
    read_at timestamp with time zone NOT NULL,
    temperature_c double precision,
    humidity_pct double precision,
    source_rank smallint NOT NULL,
    content_hash bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (read_at);

ALTER TABLE state.temperature_readings OWNER TO fleet_owner;

CREATE FUNCTION state.project_temperature_readings(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.temperature_readings'::regclass, source regclass DEFAULT 'events.parsed'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held (imei, read_at,
                                temperature_c, humidity_pct, source_rank, content_hash, raw_id, received_at)
        select distinct on (imei, occurred_at)
            imei, occurred_at,
            (data->>'temperature_c')::float8, (data->>'humidity_pct')::float8,
            events.source_rank(source) as source_rank, jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from %s
        where id > $1 and id <= $2 and kind = 'temperature_reading'
        order by imei, occurred_at, source_rank desc, content_hash desc, raw_id
        on conflict (imei, read_at) do update set
            (temperature_c, humidity_pct, source_rank, content_hash, raw_id, received_at) = (
                excluded.temperature_c, excluded.humidity_pct, excluded.source_rank, excluded.content_hash,
                excluded.raw_id, excluded.received_at
            )
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target, source) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_temperature_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.refresh_identities(imeis text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if cardinality(imeis) > 0 then
        perform pg_advisory_xact_lock(4201, 4);
        delete from state.identities where imei = any (imeis);
        insert into state.identities select * from state.identities_of(imeis);
        perform state.refresh_mounts(imeis);
    end if;
end $$;

ALTER FUNCTION state.refresh_identities(imeis text[]) OWNER TO fleet_owner;

CREATE FUNCTION state.refresh_mounts(imeis text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare
    held state.mounts[] := array(select mount from state.mounts mount where imei = any (imeis));
    fresh state.mounts[] := array(select mount from state.mounts_of(imeis) mount);
    altered text[] := array(
        select distinct imei from (
            (select * from unnest(held) except select * from unnest(fresh))
            union all
            (select * from unnest(fresh) except select * from unnest(held))) mount);
begin
    if cardinality(altered) = 0 then
        return;
    end if;
    with before as (
        select * from state.mount_days(array(select mount from unnest(held) mount where imei = any (altered)))
    ), after as (
        select * from state.mount_days(array(select mount from unnest(fresh) mount where imei = any (altered)))
    ), differing as (
        (table before except table after) union all (table after except table before)
    )
    insert into events.days_to_fold as waiting (day, vehicle_id)
    select distinct day, vehicle_id from differing
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    delete from state.mounts where imei = any (altered);
    insert into state.mounts select * from unnest(fresh) where imei = any (altered);
end $$;

ALTER FUNCTION state.refresh_mounts(imeis text[]) OWNER TO fleet_owner;

CREATE AGGREGATE state.latest(state.known_text) (
    SFUNC = state.later,
    STYPE = state.known_text,
    PARALLEL = safe
);

ALTER AGGREGATE state.latest(state.known_text) OWNER TO fleet_owner;

CREATE TABLE auth.access_log (
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    username text,
    action text NOT NULL,
    outcome text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE auth.access_log OWNER TO fleet_owner;

CREATE TABLE auth.accounts (
    auth_account_id bigint NOT NULL,
    username text NOT NULL,
    password_hash text NOT NULL,
    scopes text[] NOT NULL,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT accounts_scopes_check CHECK ((scopes <@ ARRAY['read:fleet'::text, 'write:ops'::text, 'admin:fleet'::text])),
    CONSTRAINT accounts_username_check CHECK (((username = lower(username)) AND (username <> ''::text)))
);

ALTER TABLE auth.accounts OWNER TO fleet_owner;

ALTER TABLE auth.accounts ALTER COLUMN auth_account_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth.accounts_auth_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE auth.push_credentials (
    name text NOT NULL,
    source text NOT NULL,
    secret_sha256 bytea,
    sealed_key text,
    account_id integer NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT push_credentials_check CHECK (((secret_sha256 IS NULL) <> (sealed_key IS NULL)))
);

ALTER TABLE auth.push_credentials OWNER TO fleet_owner;

CREATE TABLE auth.push_tally (
    hour timestamp with time zone NOT NULL,
    source text NOT NULL,
    outcome text NOT NULL,
    pushes bigint NOT NULL,
    CONSTRAINT push_tally_pushes_check CHECK ((pushes >= 0))
);

ALTER TABLE auth.push_tally OWNER TO fleet_owner;

CREATE TABLE auth.tokens (
    token_sha256 bytea NOT NULL,
    auth_account_id bigint NOT NULL,
    session_id uuid NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    session_ends_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone
);

ALTER TABLE auth.tokens OWNER TO fleet_owner;

CREATE TABLE auth.upstream_tokens (
    app_key text NOT NULL,
    user_id text NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    sealed text,
    expires_at timestamp with time zone,
    lease_id uuid,
    lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    spent_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT upstream_tokens_check CHECK (((sealed IS NULL) = (expires_at IS NULL)))
);

ALTER TABLE auth.upstream_tokens OWNER TO fleet_owner;

CREATE TABLE domain.accounts (
    account_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    polled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    parent_code text,
    found_at timestamp with time zone,
    name_as_of timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    polled_as_of timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT accounts_code_check CHECK ((code <> ''::text))
);

ALTER TABLE domain.accounts OWNER TO fleet_owner;

ALTER TABLE domain.accounts ALTER COLUMN account_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME domain.accounts_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE domain.assigned_cities (
    city text NOT NULL,
    CONSTRAINT assigned_cities_city_check CHECK ((city <> ''::text))
);

ALTER TABLE domain.assigned_cities OWNER TO fleet_owner;

CREATE TABLE domain.cost_centres (
    name text NOT NULL,
    code text NOT NULL,
    slot integer NOT NULL,
    told_code state.known_text,
    CONSTRAINT cost_centres_name_check CHECK ((name <> ''::text))
);

ALTER TABLE domain.cost_centres OWNER TO fleet_owner;

CREATE TABLE domain.device_assignments (
    imei text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    vehicle_id bigint NOT NULL,
    stated_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    stated_by text DEFAULT 'import'::text NOT NULL,
    reason text
);

ALTER TABLE domain.device_assignments OWNER TO fleet_owner;

CREATE TABLE domain.device_classes (
    class text NOT NULL,
    rank smallint NOT NULL
);

ALTER TABLE domain.device_classes OWNER TO fleet_owner;

CREATE TABLE domain.device_models (
    model text NOT NULL,
    class text NOT NULL
);

ALTER TABLE domain.device_models OWNER TO fleet_owner;

CREATE TABLE domain.devices (
    imei text NOT NULL,
    account_id integer NOT NULL,
    account_as_of timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    class state.known_text,
    lifecycle text DEFAULT 'provisioned'::text NOT NULL,
    first_good_fix_at timestamp with time zone,
    sim state.known_text,
    CONSTRAINT devices_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['provisioned'::text, 'active'::text, 'suspended'::text, 'decommissioned'::text])))
)
WITH (fillfactor='80');

ALTER TABLE domain.devices OWNER TO fleet_owner;

CREATE TABLE domain.driver_assignments (
    vehicle_id bigint NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    driver_id bigint,
    stated_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    stated_by text DEFAULT 'import'::text NOT NULL,
    reason text
);

ALTER TABLE domain.driver_assignments OWNER TO fleet_owner;

CREATE TABLE domain.drivers (
    driver_id bigint NOT NULL,
    name text NOT NULL,
    phone state.known_text,
    staff_no state.known_text,
    city state.known_text,
    cost_centre state.known_text,
    shift_area state.known_text,
    active state.known_text
);

ALTER TABLE domain.drivers OWNER TO fleet_owner;

CREATE TABLE domain.identity_statements (
    field text NOT NULL,
    key text NOT NULL,
    holds_from timestamp with time zone NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    value_id bigint NOT NULL,
    value text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    raw_id bigint NOT NULL
);

ALTER TABLE domain.identity_statements OWNER TO fleet_owner;

CREATE TABLE domain.lifecycle_statements (
    imei text NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    to_state text NOT NULL,
    stated_by text NOT NULL,
    reason text
);

ALTER TABLE domain.lifecycle_statements OWNER TO fleet_owner;

CREATE TABLE domain.lifecycle_transitions (
    from_state text NOT NULL,
    to_state text NOT NULL,
    meaning text NOT NULL
);

ALTER TABLE domain.lifecycle_transitions OWNER TO fleet_owner;

CREATE TABLE domain.listed_devices (
    imei text NOT NULL,
    listed_at timestamp with time zone NOT NULL
);

ALTER TABLE domain.listed_devices OWNER TO fleet_owner;

CREATE TABLE domain.listing_runs (
    account text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    run_id text NOT NULL,
    listed integer NOT NULL
);

ALTER TABLE domain.listing_runs OWNER TO fleet_owner;

CREATE TABLE domain.vehicles (
    vehicle_id bigint NOT NULL,
    plate_key text NOT NULL,
    plate state.known_text NOT NULL,
    cost_centre state.known_text,
    city state.known_text,
    make state.known_text,
    model state.known_text
)
WITH (fillfactor='80');

ALTER TABLE domain.vehicles OWNER TO fleet_owner;

CREATE TABLE drift.completeness (
    day date NOT NULL,
    imei text NOT NULL,
    kind text NOT NULL,
    transport text NOT NULL,
    received bigint NOT NULL,
    repeated bigint NOT NULL,
    parsed bigint NOT NULL,
    rejected bigint NOT NULL,
    without_facts bigint NOT NULL,
    pending bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT completeness_check CHECK ((received = (((parsed + rejected) + without_facts) + pending)))
);

ALTER TABLE drift.completeness OWNER TO fleet_owner;

CREATE TABLE drift.contract_results (
    run_id bigint NOT NULL,
    method text NOT NULL,
    verdict text NOT NULL,
    rows integer NOT NULL,
    differences jsonb NOT NULL,
    CONSTRAINT contract_results_verdict_check CHECK ((verdict = ANY (ARRAY['as_agreed'::text, 'drift'::text, 'unreachable'::text, 'not_asked'::text])))
);

ALTER TABLE drift.contract_results OWNER TO fleet_owner;

CREATE TABLE drift.contract_runs (
    run_id bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    verdict text NOT NULL,
    CONSTRAINT contract_runs_verdict_check CHECK ((verdict = ANY (ARRAY['as_agreed'::text, 'drift'::text, 'unreachable'::text])))
);

ALTER TABLE drift.contract_runs OWNER TO fleet_owner;

ALTER TABLE drift.contract_runs ALTER COLUMN run_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME drift.contract_runs_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE drift.cursor (
    only_row boolean DEFAULT true NOT NULL,
    "position" bigint NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cursor_only_row_check CHECK (only_row)
);

ALTER TABLE drift.cursor OWNER TO fleet_owner;

CREATE TABLE drift.fields (
    source text NOT NULL,
    topic text NOT NULL,
    field text NOT NULL,
    since_item bigint NOT NULL,
    last_item bigint NOT NULL,
    last_body bigint NOT NULL,
    present bigint NOT NULL,
    share double precision GENERATED ALWAYS AS (((present)::double precision / (GREATEST(((last_item - since_item) + 1), (1)::bigint))::double precision)) STORED NOT NULL,
    types jsonb NOT NULL,
    low double precision,
    high double precision,
    spans jsonb NOT NULL,
    sample jsonb NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE drift.fields OWNER TO fleet_owner;

CREATE TABLE drift.findings (
    finding_id bigint NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    topic text NOT NULL,
    field text NOT NULL,
    cause text NOT NULL,
    sentence text NOT NULL,
    raw_ids bigint[] NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    acknowledged_by text,
    acknowledged_at timestamp with time zone,
    note text,
    resolved_at timestamp with time zone,
    CONSTRAINT findings_check CHECK (((acknowledged_by IS NULL) = (acknowledged_at IS NULL))),
    CONSTRAINT findings_kind_check CHECK ((kind = ANY (ARRAY['new_field'::text, 'vanished_field'::text, 'changed_type'::text, 'unknown_alarm_code'::text, 'unit_jump'::text, 'omitted_vehicles'::text]))),
    CONSTRAINT findings_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])))
);

ALTER TABLE drift.findings OWNER TO fleet_owner;

ALTER TABLE drift.findings ALTER COLUMN finding_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME drift.findings_finding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE drift.listings (
    topic text NOT NULL,
    account_id integer NOT NULL,
    target text NOT NULL,
    expected text[] NOT NULL,
    missed jsonb NOT NULL,
    raw_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

ALTER TABLE drift.listings OWNER TO fleet_owner;

CREATE TABLE drift.topics (
    source text NOT NULL,
    topic text NOT NULL,
    items bigint NOT NULL,
    bodies bigint NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    gap_s double precision
)
WITH (fillfactor='50');

ALTER TABLE drift.topics OWNER TO fleet_owner;

CREATE TABLE events.ledger (
    entry_id bigint NOT NULL,
    parser_version smallint NOT NULL,
    after_id bigint NOT NULL,
    up_to_id bigint NOT NULL,
    action text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT ledger_action_check CHECK ((action = ANY (ARRAY['applied'::text, 'superseded'::text])))
);

ALTER TABLE events.ledger OWNER TO fleet_owner;

CREATE VIEW events.active_facts AS
 SELECT fact.id,
    fact.raw_id,
    fact.received_at,
    fact.item,
    fact.parser_version,
    fact.kind,
    fact.source,
    fact.account_id,
    fact.imei,
    fact.occurred_at,
    fact.data
   FROM events.parsed fact
  WHERE (( SELECT (count(*) = 0)
           FROM events.ledger
          WHERE (ledger.action = 'superseded'::text)) OR (NOT (EXISTS ( SELECT
           FROM events.ledger superseded
          WHERE ((superseded.action = 'superseded'::text) AND (superseded.parser_version = fact.parser_version) AND (superseded.after_id < fact.raw_id) AND (superseded.up_to_id >= fact.raw_id) AND (NOT (EXISTS ( SELECT
                   FROM events.ledger later
                  WHERE ((later.entry_id > superseded.entry_id) AND (later.action = 'applied'::text) AND (later.parser_version = superseded.parser_version) AND (int8range(later.after_id, later.up_to_id, '(]'::text) @> fact.raw_id))))))))));

ALTER TABLE events.active_facts OWNER TO fleet_owner;

CREATE TABLE events.rejected (
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    item integer NOT NULL,
    parser_version smallint NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL
)
PARTITION BY RANGE (received_at);

ALTER TABLE events.rejected OWNER TO fleet_owner;

CREATE VIEW events.active_rejections AS
 SELECT refused.raw_id,
    refused.received_at,
    refused.item,
    refused.parser_version,
    refused.reason,
    refused.detail
   FROM events.rejected refused
  WHERE (( SELECT (count(*) = 0)
           FROM events.ledger
          WHERE (ledger.action = 'superseded'::text)) OR (NOT (EXISTS ( SELECT
           FROM events.ledger superseded
          WHERE ((superseded.action = 'superseded'::text) AND (superseded.parser_version = refused.parser_version) AND (superseded.after_id < refused.raw_id) AND (superseded.up_to_id >= refused.raw_id) AND (NOT (EXISTS ( SELECT
                   FROM events.ledger later
                  WHERE ((later.entry_id > superseded.entry_id) AND (later.action = 'applied'::text) AND (later.parser_version = superseded.parser_version) AND (int8range(later.after_id, later.up_to_id, '(]'::text) @> refused.raw_id))))))))));

ALTER TABLE events.active_rejections OWNER TO fleet_owner;

CREATE TABLE events.archives (
    archive_id bigint NOT NULL,
    chunk_from timestamp with time zone NOT NULL,
    chunk_to timestamp with time zone NOT NULL,
    after_id bigint NOT NULL,
    up_to_id bigint NOT NULL,
    revision smallint DEFAULT 1 NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL,
    rows bigint NOT NULL,
    body_bytes bigint NOT NULL,
    file_bytes bigint NOT NULL,
    file_sha256 text NOT NULL,
    content_sha256 text NOT NULL,
    path text NOT NULL,
    url text NOT NULL,
    archived_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT archives_rows_check CHECK ((rows > 0))
);

ALTER TABLE events.archives OWNER TO fleet_owner;

ALTER TABLE events.archives ALTER COLUMN archive_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.archives_archive_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE events.claims ALTER COLUMN claim_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.claims_claim_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE events.cursors (
    projector text NOT NULL,
    "position" bigint NOT NULL,
    epoch integer DEFAULT 1 NOT NULL,
    moved_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE events.cursors OWNER TO fleet_owner;

CREATE TABLE events.days_refolded (
    day date NOT NULL,
    imei text NOT NULL,
    vehicle_id bigint NOT NULL
);

ALTER TABLE events.days_refolded OWNER TO fleet_owner;

CREATE TABLE events.erasures (
    erasure_id bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    bytes integer NOT NULL,
    body_sha256 text NOT NULL,
    reason text NOT NULL,
    erased_by text NOT NULL,
    erased_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT erasures_reason_check CHECK ((reason <> ''::text))
);

ALTER TABLE events.erasures OWNER TO fleet_owner;

ALTER TABLE events.erasures ALTER COLUMN erasure_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.erasures_erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE events.frontiers (
    stage text NOT NULL,
    handed_out bigint NOT NULL,
    handed_out_at timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE events.frontiers OWNER TO fleet_owner;

CREATE TABLE events.jobs (
    job text NOT NULL,
    account text DEFAULT ''::text NOT NULL,
    interval_s integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    brought bigint DEFAULT 0 NOT NULL,
    failures_in_a_row integer DEFAULT 0 NOT NULL,
    problem text,
    waits_for text,
    CONSTRAINT jobs_brought_check CHECK ((brought >= 0)),
    CONSTRAINT jobs_failures_in_a_row_check CHECK ((failures_in_a_row >= 0)),
    CONSTRAINT jobs_interval_s_check CHECK ((interval_s > 0))
)
WITH (fillfactor='70');

ALTER TABLE events.jobs OWNER TO fleet_owner;

ALTER TABLE events.ledger ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE events.parsed_spans (
    bucket bigint NOT NULL,
    last_id bigint NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE events.parsed_spans OWNER TO fleet_owner;

CREATE TABLE events.poll_watermarks (
    job text NOT NULL,
    account_id integer NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    reached_at timestamp with time zone NOT NULL,
    moved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='70');

ALTER TABLE events.poll_watermarks OWNER TO fleet_owner;

CREATE TABLE events.polled_devices (
    job text NOT NULL,
    account_id integer NOT NULL,
    imei text NOT NULL
);

ALTER TABLE events.polled_devices OWNER TO fleet_owner;

CREATE SEQUENCE events.raw_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE events.raw_id OWNER TO fleet_owner;

CREATE TABLE events.rebuilds (
    table_name text NOT NULL,
    source text NOT NULL,
    "position" bigint NOT NULL,
    superseded bigint NOT NULL,
    made_by text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    moved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE events.rebuilds OWNER TO fleet_owner;

CREATE TABLE events.reparse_requests (
    request_id bigint NOT NULL,
    raw_id bigint NOT NULL,
    apply boolean NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    outcome jsonb
);

ALTER TABLE events.reparse_requests OWNER TO fleet_owner;

ALTER TABLE events.reparse_requests ALTER COLUMN request_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.reparse_requests_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE events.reparses ALTER COLUMN reparse_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.reparses_reparse_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE events.set_aside (
    projector text NOT NULL,
    fact_id bigint NOT NULL,
    raw_id bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    item integer NOT NULL,
    kind text NOT NULL,
    imei text,
    error text NOT NULL,
    tried_at timestamp with time zone NOT NULL
);

ALTER TABLE events.set_aside OWNER TO fleet_owner;

CREATE TABLE geo.geocoders (
    name text NOT NULL,
    free_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    paused_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    failures_in_a_row integer DEFAULT 0 NOT NULL,
    succeeded_at timestamp with time zone,
    failed_at timestamp with time zone,
    problem text
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

ALTER TABLE geo.geocoders OWNER TO fleet_owner;

CREATE TABLE geo.lookout (
    only_row boolean DEFAULT true NOT NULL,
    looked_at timestamp with time zone NOT NULL,
    CONSTRAINT lookout_only_row_check CHECK (only_row)
)
WITH (fillfactor='50');

ALTER TABLE geo.lookout OWNER TO fleet_owner;

CREATE TABLE geo.waiting (
    cell bigint NOT NULL,
    priority smallint NOT NULL,
    stood_at timestamp with time zone NOT NULL,
    tried text[] DEFAULT '{}'::text[] NOT NULL,
    failed boolean DEFAULT false NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

ALTER TABLE geo.waiting OWNER TO fleet_owner;

CREATE TABLE series.catalog (
    table_name text NOT NULL,
    time_column text NOT NULL,
    chunk interval NOT NULL,
    starts_at timestamp with time zone,
    append_only boolean DEFAULT false NOT NULL
);

ALTER TABLE series.catalog OWNER TO fleet_owner;

CREATE TABLE series.horizons (
    table_name text NOT NULL,
    kept_from timestamp with time zone NOT NULL,
    moved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE series.horizons OWNER TO fleet_owner;

CREATE TABLE series.retention (
    table_name text NOT NULL,
    keep interval,
    compress_after interval,
    archive boolean DEFAULT false NOT NULL,
    time_column text,
    outlives text[] DEFAULT '{}'::text[] NOT NULL,
    bounded_by text,
    CONSTRAINT retention_check CHECK (((keep IS NULL) = (bounded_by IS NOT NULL))),
    CONSTRAINT retention_check1 CHECK (((compress_after IS NULL) OR (compress_after < keep))),
    CONSTRAINT retention_check2 CHECK (((NOT archive) OR (table_name = 'events.raw'::text))),
    CONSTRAINT retention_compress_after_check CHECK ((compress_after > '00:00:00'::interval)),
    CONSTRAINT retention_keep_check CHECK ((keep > '00:00:00'::interval))
);

ALTER TABLE series.retention OWNER TO fleet_owner;

CREATE TABLE series.retention_lease (
    only_row boolean DEFAULT true NOT NULL,
    holder uuid,
    lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT retention_lease_only_row_check CHECK (only_row)
);

ALTER TABLE series.retention_lease OWNER TO fleet_owner;

CREATE VIEW serve.v_live_dedup AS
 SELECT fn_live_dedup.vehicle_id,
    fn_live_dedup.imei,
    fn_live_dedup.lifecycle,
    fn_live_dedup.plate,
    fn_live_dedup.plate_key,
    fn_live_dedup.driver,
    fn_live_dedup.cost_centre,
    fn_live_dedup.city,
    fn_live_dedup.fixed_at,
    fn_live_dedup.received_at,
    fn_live_dedup.heard_at,
    fn_live_dedup.lat,
    fn_live_dedup.lon,
    fn_live_dedup.speed_kmh,
    fn_live_dedup.heading_deg,
    fn_live_dedup.quality,
    fn_live_dedup.ignition,
    fn_live_dedup.good_fixed_at,
    fn_live_dedup.good_speed_kmh
   FROM serve.fn_live_dedup(now()) fn_live_dedup(vehicle_id, imei, lifecycle, plate, plate_key, driver, cost_centre, city, fixed_at, received_at, heard_at, lat, lon, speed_kmh, heading_deg, quality, ignition, good_fixed_at, good_speed_kmh);

ALTER TABLE serve.v_live_dedup OWNER TO fleet_owner;

CREATE TABLE slo.targets (
    metric text NOT NULL,
    threshold double precision NOT NULL,
    unit text NOT NULL,
    description text NOT NULL,
    shown boolean DEFAULT false NOT NULL
);

ALTER TABLE slo.targets OWNER TO fleet_owner;

CREATE VIEW state.active_devices AS
 SELECT device.imei,
    account.code AS account,
    device.first_good_fix_at,
    told.first_heard_at,
    told.heard_at,
    (told.name).value AS name,
    (told.plate).value AS plate,
    (told.driver).value AS driver,
    (told.model).value AS model,
    (told.expires_at).value AS expires_at
   FROM ((domain.devices device
     JOIN domain.accounts account USING (account_id))
     LEFT JOIN state.devices told USING (imei))
  WHERE (device.lifecycle = 'active'::text);

ALTER TABLE state.active_devices OWNER TO fleet_owner;

CREATE TABLE state.daily_rollups (
    vehicle_id bigint NOT NULL,
    day date NOT NULL,
    distance_m integer NOT NULL,
    driving_s integer NOT NULL,
    idling_s integer NOT NULL,
    stopped_s integer NOT NULL,
    unknown_s integer NOT NULL,
    max_speed_kmh double precision,
    fixes integer NOT NULL,
    CONSTRAINT daily_rollups_check CHECK (((((driving_s + idling_s) + stopped_s) + unknown_s) = 86400))
);

ALTER TABLE state.daily_rollups OWNER TO fleet_owner;

CREATE TABLE state.geocoded_positions (
    cell bigint NOT NULL,
    address text,
    "precision" geo.address_precision NOT NULL,
    source text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    last_asked_at timestamp with time zone NOT NULL,
    CONSTRAINT geocoded_positions_check CHECK (((address IS NULL) = ("precision" = 'nothing'::geo.address_precision)))
);

ALTER TABLE state.geocoded_positions OWNER TO fleet_owner;

CREATE TABLE state.hourly_rollups (
    vehicle_id bigint NOT NULL,
    hour_at timestamp with time zone NOT NULL,
    distance_m integer NOT NULL,
    driving_s integer NOT NULL,
    idling_s integer NOT NULL,
    stopped_s integer NOT NULL,
    unknown_s integer NOT NULL,
    max_speed_kmh double precision,
    fixes integer NOT NULL,
    CONSTRAINT hourly_rollups_check CHECK (((((driving_s + idling_s) + stopped_s) + unknown_s) = 3600))
);

ALTER TABLE state.hourly_rollups OWNER TO fleet_owner;

CREATE TABLE state.trips (
    vehicle_id bigint NOT NULL,
    day date NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    imeis text[] NOT NULL,
    start_reason text NOT NULL,
    end_reason text NOT NULL,
    pause_s integer,
    continues_before boolean NOT NULL,
    continues_after boolean NOT NULL,
    distance_m integer NOT NULL,
    driving_s integer NOT NULL,
    idling_s integer NOT NULL,
    stopped_s integer NOT NULL,
    max_speed_kmh double precision,
    fixes integer NOT NULL,
    odometer_gain_m double precision,
    start_lat double precision NOT NULL,
    start_lon double precision NOT NULL,
    end_lat double precision NOT NULL,
    end_lon double precision NOT NULL,
    idles jsonb NOT NULL,
    stops jsonb NOT NULL,
    path jsonb NOT NULL,
    path_s integer[] NOT NULL,
    CONSTRAINT trips_check CHECK (((((driving_s + idling_s) + stopped_s))::numeric = EXTRACT(epoch FROM (date_trunc('second'::text, ended_at) - date_trunc('second'::text, started_at))))),
    CONSTRAINT trips_end_reason_check CHECK ((end_reason = ANY (ARRAY['work_stop'::text, 'nofix_stop'::text, 'long_gap'::text, 'day_end'::text]))),
    CONSTRAINT trips_start_reason_check CHECK ((start_reason = ANY (ARRAY['already_on'::text, 'ignition_on'::text, 'moving'::text, 'signal_back'::text])))
);

ALTER TABLE state.trips OWNER TO fleet_owner;

CREATE VIEW state.v_trips AS
 SELECT 'own'::text AS origin,
    trips.vehicle_id,
    trips.day,
    trips.imeis,
    trips.started_at,
    trips.ended_at,
    (EXTRACT(epoch FROM (trips.ended_at - trips.started_at)))::double precision AS duration_s,
    (trips.distance_m)::double precision AS distance_m,
    trips.max_speed_kmh,
    trips.start_lat,
    trips.start_lon,
    trips.end_lat,
    trips.end_lon,
    trips.start_reason,
    trips.end_reason
   FROM state.trips
UNION ALL
 SELECT ('vendor.'::text || reported.origin) AS origin,
    mount.vehicle_id,
    domain.eat_day(reported.started_at) AS day,
    ARRAY[reported.imei] AS imeis,
    reported.started_at,
    reported.ended_at,
    reported.duration_s,
    reported.distance_m,
    reported.max_speed_kmh,
    reported.start_lat,
    reported.start_lon,
    reported.end_lat,
    reported.end_lon,
    NULL::text AS start_reason,
    NULL::text AS end_reason
   FROM (state.reported_trips reported
     LEFT JOIN state.mounts mount ON (((mount.imei = reported.imei) AND (mount.valid_from <= reported.started_at) AND (mount.valid_until > reported.started_at))));

ALTER TABLE state.v_trips OWNER TO fleet_owner;

CREATE TABLE state.vehicle_days (
    vehicle_id bigint NOT NULL,
    day date NOT NULL,
    imeis text[] NOT NULL,
    first_fixed_at timestamp with time zone NOT NULL,
    last_fixed_at timestamp with time zone NOT NULL,
    reporting_at timestamp with time zone,
    has_acc_data boolean NOT NULL,
    flags text[] NOT NULL,
    suspects timestamp with time zone[] NOT NULL,
    stops jsonb NOT NULL,
    trips integer NOT NULL,
    rules_version smallint NOT NULL
);

ALTER TABLE state.vehicle_days OWNER TO fleet_owner;

ALTER TABLE ONLY auth.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (auth_account_id);

ALTER TABLE ONLY auth.accounts
    ADD CONSTRAINT accounts_username_key UNIQUE (username);

ALTER TABLE ONLY auth.push_credentials
    ADD CONSTRAINT push_credentials_pkey PRIMARY KEY (name);

ALTER TABLE ONLY auth.push_tally
    ADD CONSTRAINT push_tally_pkey PRIMARY KEY (hour, source, outcome);

ALTER TABLE ONLY auth.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY auth.upstream_tokens
    ADD CONSTRAINT upstream_tokens_pkey PRIMARY KEY (app_key, user_id);

ALTER TABLE ONLY domain.accounts
    ADD CONSTRAINT accounts_code_key UNIQUE (code);

ALTER TABLE ONLY domain.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY domain.assigned_cities
    ADD CONSTRAINT assigned_cities_pkey PRIMARY KEY (city);

ALTER TABLE ONLY domain.cost_centres
    ADD CONSTRAINT cost_centres_code_key UNIQUE (code) DEFERRABLE;

ALTER TABLE ONLY domain.cost_centres
    ADD CONSTRAINT cost_centres_pkey PRIMARY KEY (name);

ALTER TABLE ONLY domain.cost_centres
    ADD CONSTRAINT cost_centres_slot_key UNIQUE (slot);

ALTER TABLE ONLY domain.device_assignments
    ADD CONSTRAINT device_assignments_pkey PRIMARY KEY (imei, valid_from);

ALTER TABLE ONLY domain.device_classes
    ADD CONSTRAINT device_classes_pkey PRIMARY KEY (class);

ALTER TABLE ONLY domain.device_classes
    ADD CONSTRAINT device_classes_rank_key UNIQUE (rank);

ALTER TABLE ONLY domain.device_models
    ADD CONSTRAINT device_models_pkey PRIMARY KEY (model);

ALTER TABLE ONLY domain.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY domain.driver_assignments
    ADD CONSTRAINT driver_assignments_pkey PRIMARY KEY (vehicle_id, valid_from);

ALTER TABLE ONLY domain.drivers
    ADD CONSTRAINT drivers_name_key UNIQUE (name);

ALTER TABLE ONLY domain.drivers
    ADD CONSTRAINT drivers_pkey PRIMARY KEY (driver_id);

ALTER TABLE ONLY domain.identity_statements
    ADD CONSTRAINT identity_statements_pkey PRIMARY KEY (field, key, holds_from, stated_at, value_id, value);

ALTER TABLE ONLY domain.lifecycle_statements
    ADD CONSTRAINT lifecycle_statements_pkey PRIMARY KEY (imei, stated_at, to_state);

ALTER TABLE ONLY domain.lifecycle_transitions
    ADD CONSTRAINT lifecycle_transitions_pkey PRIMARY KEY (from_state, to_state);

ALTER TABLE ONLY domain.listed_devices
    ADD CONSTRAINT listed_devices_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY domain.listing_runs
    ADD CONSTRAINT listing_runs_pkey PRIMARY KEY (account, run_at, run_id);

ALTER TABLE ONLY domain.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY domain.vehicles
    ADD CONSTRAINT vehicles_plate_key_key UNIQUE (plate_key);

ALTER TABLE ONLY drift.completeness
    ADD CONSTRAINT completeness_pkey PRIMARY KEY (day, imei, kind, transport);

ALTER TABLE ONLY drift.contract_results
    ADD CONSTRAINT contract_results_pkey PRIMARY KEY (run_id, method);

ALTER TABLE ONLY drift.contract_runs
    ADD CONSTRAINT contract_runs_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY drift.cursor
    ADD CONSTRAINT cursor_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY drift.fields
    ADD CONSTRAINT fields_pkey PRIMARY KEY (source, topic, field);

ALTER TABLE ONLY drift.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (finding_id);

ALTER TABLE ONLY drift.listings
    ADD CONSTRAINT listings_pkey PRIMARY KEY (topic, account_id, target);

ALTER TABLE ONLY drift.topics
    ADD CONSTRAINT topics_pkey PRIMARY KEY (source, topic);

ALTER TABLE ONLY events.archives
    ADD CONSTRAINT archives_chunk_from_after_id_revision_key UNIQUE (chunk_from, after_id, revision);

ALTER TABLE ONLY events.archives
    ADD CONSTRAINT archives_pkey PRIMARY KEY (archive_id);

ALTER TABLE ONLY events.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (claim_id);

ALTER TABLE ONLY events.claims
    ADD CONSTRAINT claims_stage_after_id_key UNIQUE (stage, after_id);

ALTER TABLE ONLY events.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (projector);

ALTER TABLE ONLY events.days_refolded
    ADD CONSTRAINT days_refolded_pkey PRIMARY KEY (day, imei, vehicle_id);

ALTER TABLE ONLY events.days_to_fold
    ADD CONSTRAINT days_to_fold_pkey PRIMARY KEY (day, imei, vehicle_id);

ALTER TABLE ONLY events.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (erasure_id);

ALTER TABLE ONLY events.erasures
    ADD CONSTRAINT erasures_raw_id_key UNIQUE (raw_id);

ALTER TABLE ONLY events.frontiers
    ADD CONSTRAINT frontiers_pkey PRIMARY KEY (stage);

ALTER TABLE ONLY events.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (job, account);

ALTER TABLE ONLY events.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (entry_id);

ALTER TABLE ONLY events.parsed
    ADD CONSTRAINT parsed_pkey1 PRIMARY KEY (received_at, raw_id, item, kind, parser_version);

ALTER TABLE ONLY events.parsed_spans
    ADD CONSTRAINT parsed_spans_pkey PRIMARY KEY (bucket);

ALTER TABLE ONLY events.poll_watermarks
    ADD CONSTRAINT poll_watermarks_pkey PRIMARY KEY (job, account_id, subject);

ALTER TABLE ONLY events.polled_devices
    ADD CONSTRAINT polled_devices_pkey PRIMARY KEY (job, account_id, imei);

ALTER TABLE ONLY events.raw
    ADD CONSTRAINT raw_pkey1 PRIMARY KEY (id, received_at);

ALTER TABLE ONLY events.rebuilds
    ADD CONSTRAINT rebuilds_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY events.rejected
    ADD CONSTRAINT rejected_pkey1 PRIMARY KEY (received_at, raw_id, item, parser_version);

ALTER TABLE ONLY events.reparse_requests
    ADD CONSTRAINT reparse_requests_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY events.reparses
    ADD CONSTRAINT reparses_pkey PRIMARY KEY (reparse_id);

ALTER TABLE ONLY events.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (projector, fact_id);

ALTER TABLE ONLY geo.geocoders
    ADD CONSTRAINT geocoders_pkey PRIMARY KEY (name);

ALTER TABLE ONLY geo.lookout
    ADD CONSTRAINT lookout_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY geo.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (cell);

ALTER TABLE ONLY series.catalog
    ADD CONSTRAINT catalog_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY series.horizons
    ADD CONSTRAINT horizons_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY series.retention_lease
    ADD CONSTRAINT retention_lease_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY series.retention
    ADD CONSTRAINT retention_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY slo.targets
    ADD CONSTRAINT targets_pkey PRIMARY KEY (metric);

ALTER TABLE ONLY state.alarms
    ADD CONSTRAINT alarms_pkey1 PRIMARY KEY (imei, raised_at, origin, class, code, cleared);

ALTER TABLE ONLY state.daily_rollups
    ADD CONSTRAINT daily_rollups_pkey PRIMARY KEY (vehicle_id, day);

ALTER TABLE ONLY state.device_events
    ADD CONSTRAINT device_events_pkey1 PRIMARY KEY (imei, happened_at, event, content_hash);

ALTER TABLE ONLY state.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY state.fault_codes
    ADD CONSTRAINT fault_codes_pkey1 PRIMARY KEY (imei, seen_at, origin, code);

ALTER TABLE ONLY state.fuel_readings
    ADD CONSTRAINT fuel_readings_pkey1 PRIMARY KEY (imei, read_at, unit);

ALTER TABLE ONLY state.geocoded_positions
    ADD CONSTRAINT geocoded_positions_pkey PRIMARY KEY (cell);

ALTER TABLE ONLY state.heartbeats
    ADD CONSTRAINT heartbeats_pkey1 PRIMARY KEY (imei, beat_at);

ALTER TABLE ONLY state.hourly_rollups
    ADD CONSTRAINT hourly_rollups_pkey PRIMARY KEY (vehicle_id, hour_at);

ALTER TABLE ONLY state.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (imei, valid_from);

ALTER TABLE ONLY state.lbs_readings
    ADD CONSTRAINT lbs_readings_pkey1 PRIMARY KEY (imei, heard_at, quality);

ALTER TABLE ONLY state.live_positions
    ADD CONSTRAINT live_positions_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY state.mounts
    ADD CONSTRAINT mounts_pkey PRIMARY KEY (imei, valid_from);

ALTER TABLE ONLY state.obd_readings
    ADD CONSTRAINT obd_readings_pkey1 PRIMARY KEY (imei, read_at, origin);

ALTER TABLE ONLY state.parking_events
    ADD CONSTRAINT parking_events_pkey1 PRIMARY KEY (imei, started_at, origin, engine);

ALTER TABLE ONLY state.position_history
    ADD CONSTRAINT position_history_pkey1 PRIMARY KEY (imei, fixed_at);

ALTER TABLE ONLY state.reported_trips
    ADD CONSTRAINT reported_trips_pkey1 PRIMARY KEY (imei, started_at, origin);

ALTER TABLE ONLY state.temperature_readings
    ADD CONSTRAINT temperature_readings_pkey1 PRIMARY KEY (imei, read_at);

ALTER TABLE ONLY state.trips
    ADD CONSTRAINT trips_pkey PRIMARY KEY (vehicle_id, day, started_at);

ALTER TABLE ONLY state.vehicle_days
    ADD CONSTRAINT vehicle_days_pkey PRIMARY KEY (vehicle_id, day);

CREATE INDEX access_log_at_idx ON auth.access_log USING btree (at);

CREATE INDEX access_log_username_at_idx ON auth.access_log USING btree (username, at) WHERE (action = 'login'::text);

CREATE INDEX tokens_session_id_idx ON auth.tokens USING btree (session_id);

CREATE UNIQUE INDEX findings_kind_source_topic_field_cause_idx ON drift.findings USING btree (kind, source, topic, field, cause) WHERE (state <> 'resolved'::text);

CREATE INDEX days_to_fold_due_at_idx ON events.days_to_fold USING btree (due_at);

CREATE INDEX ledger_at_idx ON events.ledger USING brin (at);

CREATE INDEX ledger_entry_id_idx ON events.ledger USING btree (entry_id) WHERE (action = 'superseded'::text);

CREATE INDEX ledger_int8range_idx ON events.ledger USING gist (int8range(after_id, up_to_id, '(]'::text));

CREATE INDEX parsed_id_idx1 ON ONLY events.parsed USING btree (id);

CREATE INDEX parsed_imei_occurred_at_idx ON ONLY events.parsed USING btree (imei, occurred_at);

CREATE UNIQUE INDEX reparses_expr_idx ON events.reparses USING btree ((true)) WHERE (ended_at IS NULL);

CREATE INDEX daily_rollups_day_idx ON state.daily_rollups USING btree (day);

CREATE INDEX hourly_rollups_hour_at_idx ON state.hourly_rollups USING btree (hour_at);

CREATE INDEX identities_cost_centre_idx ON state.identities USING btree (cost_centre);

CREATE INDEX identities_vehicle_id_idx ON state.identities USING btree (vehicle_id);

CREATE INDEX mounts_vehicle_id_valid_from_idx ON state.mounts USING btree (vehicle_id, valid_from);

CREATE INDEX trips_day_idx ON state.trips USING btree (day);

CREATE INDEX vehicle_days_day_idx ON state.vehicle_days USING btree (day);

CREATE INDEX vehicle_days_vehicle_id_day_idx ON state.vehicle_days USING btree (vehicle_id, day) WHERE (suspects <> '{}'::timestamp with time zone[]);

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.cost_centres REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.device_assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.devices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.driver_assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.drivers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_insert AFTER INSERT ON domain.vehicles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.cost_centres REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.device_assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.devices REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.driver_assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.drivers REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER identities_follow_update AFTER UPDATE ON domain.vehicles REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION state.follow_identities();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.archives FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.erasures FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.ledger FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.parsed FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.raw FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.rejected FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.archives FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.erasures FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.ledger FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.parsed FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.raw FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON events.rejected FOR EACH STATEMENT EXECUTE FUNCTION series.refuse_change();

ALTER TABLE ONLY auth.push_credentials
    ADD CONSTRAINT push_credentials_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

ALTER TABLE ONLY auth.tokens
    ADD CONSTRAINT tokens_auth_account_id_fkey FOREIGN KEY (auth_account_id) REFERENCES auth.accounts(auth_account_id) ON DELETE CASCADE;

ALTER TABLE ONLY domain.device_models
    ADD CONSTRAINT device_models_class_fkey FOREIGN KEY (class) REFERENCES domain.device_classes(class);

ALTER TABLE ONLY domain.devices
    ADD CONSTRAINT devices_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

ALTER TABLE ONLY drift.contract_results
    ADD CONSTRAINT contract_results_run_id_fkey FOREIGN KEY (run_id) REFERENCES drift.contract_runs(run_id) ON DELETE CASCADE;

ALTER TABLE ONLY events.poll_watermarks
    ADD CONSTRAINT poll_watermarks_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

ALTER TABLE ONLY events.polled_devices
    ADD CONSTRAINT polled_devices_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

ALTER TABLE events.raw
    ADD CONSTRAINT raw_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

ALTER TABLE ONLY events.set_aside
    ADD CONSTRAINT set_aside_projector_fkey FOREIGN KEY (projector) REFERENCES events.cursors(projector);

GRANT USAGE ON SCHEMA auth TO fleet_session;
GRANT USAGE ON SCHEMA auth TO fleet_cron;

GRANT USAGE ON SCHEMA domain TO fleet_cron;

GRANT USAGE ON SCHEMA drift TO fleet_worker;
GRANT USAGE ON SCHEMA drift TO fleet_cron;
GRANT USAGE ON SCHEMA drift TO fleet_session;

GRANT USAGE ON SCHEMA events TO fleet_push;
GRANT USAGE ON SCHEMA events TO fleet_worker;
GRANT USAGE ON SCHEMA events TO fleet_cron;

GRANT USAGE ON SCHEMA geo TO fleet_worker;

GRANT USAGE ON SCHEMA series TO fleet_cron;

GRANT USAGE ON SCHEMA serve TO fleet_reader;
GRANT USAGE ON SCHEMA serve TO fleet_grafana;

GRANT USAGE ON SCHEMA slo TO fleet_grafana;

GRANT USAGE ON SCHEMA state TO fleet_worker;

REVOKE ALL ON FUNCTION auth.active_push_credentials() FROM PUBLIC;
GRANT ALL ON FUNCTION auth.active_push_credentials() TO fleet_session;

REVOKE ALL ON FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) TO fleet_session;

REVOKE ALL ON FUNCTION auth.ask_reparse(row_id bigint, who text, to_apply boolean, OUT request bigint, OUT refusal text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.ask_reparse(row_id bigint, who text, to_apply boolean, OUT request bigint, OUT refusal text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.close_session(token bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.close_session(token bytea) TO fleet_session;

REVOKE ALL ON FUNCTION auth.find_account(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.find_account(name text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.hold_upstream_token(app text, vendor_user text, hold_for interval, every interval) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.hold_upstream_token(app text, vendor_user text, hold_for interval, every interval) TO fleet_cron;

REVOKE ALL ON FUNCTION auth.lease_upstream_token(app text, vendor_user text, seen_version bigint, lease_for interval, every interval) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.lease_upstream_token(app text, vendor_user text, seen_version bigint, lease_for interval, every interval) TO fleet_cron;

REVOKE ALL ON FUNCTION auth.locked_until(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.locked_until(name text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.note_login(name text, succeeded boolean, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.note_login(name text, succeeded boolean, client text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) TO fleet_session;

REVOKE ALL ON FUNCTION auth.read_raw(raw_id bigint, who text, most_bytes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.read_raw(raw_id bigint, who text, most_bytes integer) TO fleet_session;

REVOKE ALL ON FUNCTION auth.read_upstream_token(app text, vendor_user text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.read_upstream_token(app text, vendor_user text) TO fleet_cron;

REVOKE ALL ON FUNCTION auth.release_upstream_token(lease uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.release_upstream_token(lease uuid) TO fleet_cron;

REVOKE ALL ON FUNCTION auth.reparse_outcome(request bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.reparse_outcome(request bigint) TO fleet_session;

REVOKE ALL ON FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) TO fleet_session;

REVOKE ALL ON FUNCTION auth.save_upstream_token(lease uuid, sealed_token text, token_expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.save_upstream_token(lease uuid, sealed_token text, token_expires_at timestamp with time zone) TO fleet_cron;

REVOKE ALL ON FUNCTION auth.withdraw_reparse(request bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.withdraw_reparse(request bigint) TO fleet_session;

REVOKE ALL ON FUNCTION domain.account_code(account integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.code_candidates(centre text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.devices_to_poll(account integer) FROM PUBLIC;
GRANT ALL ON FUNCTION domain.devices_to_poll(account integer) TO fleet_cron;

REVOKE ALL ON FUNCTION domain.eat_day(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.eat_midnight(day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.held_against(claims jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.id_of(kind text, natural_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.lifecycle_of(device text, first_good_fix_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.lifecycle_steps(device text, first_good_fix_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.note_found_account(found_code text, found_name text, parent text) FROM PUBLIC;
GRANT ALL ON FUNCTION domain.note_found_account(found_code text, found_name text, parent text) TO fleet_cron;

REVOKE ALL ON FUNCTION domain.register_accounts(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_cities(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_cost_centre(centre text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_cost_centres(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_device_assignments(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_devices(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_driver_assignments(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_drivers(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_identity_statements(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_lifecycle(fact_source regclass, first_after bigint, last_id bigint, changed text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_listing_runs(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_vehicles(fact_source regclass, first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.settle_codes() FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.tell_account(account text, told_name text, told_polled boolean, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.told(data jsonb, field text, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.transition_refusal(reached text, wanted text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.won_codes() FROM PUBLIC;

REVOKE ALL ON FUNCTION drift.acknowledge(finding bigint, who text, remark text) FROM PUBLIC;
GRANT ALL ON FUNCTION drift.acknowledge(finding bigint, who text, remark text) TO fleet_session;

REVOKE ALL ON FUNCTION drift.keep(position_now bigint, position_then bigint, topics jsonb, fields jsonb, listings jsonb, findings jsonb, ended jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION drift.keep(position_now bigint, position_then bigint, topics jsonb, fields jsonb, listings jsonb, findings jsonb, ended jsonb) TO fleet_worker;

REVOKE ALL ON FUNCTION drift.keep_contract_run(began_at timestamp with time zone, over_at timestamp with time zone, outcome text, results jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION drift.keep_contract_run(began_at timestamp with time zone, over_at timestamp with time zone, outcome text, results jsonb) TO fleet_cron;

REVOKE ALL ON FUNCTION drift.next_rows(rows_a_topic integer, newest integer) FROM PUBLIC;
GRANT ALL ON FUNCTION drift.next_rows(rows_a_topic integer, newest integer) TO fleet_worker;

REVOKE ALL ON FUNCTION drift.outcomes(from_at timestamp with time zone, to_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.add_facts(version smallint, facts jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.advance(projector_name text, max_facts integer) FROM PUBLIC;
GRANT ALL ON FUNCTION events.advance(projector_name text, max_facts integer) TO fleet_worker;

REVOKE ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) TO fleet_push;
GRANT ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) TO fleet_cron;

REVOKE ALL ON FUNCTION events.archive_page(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, max_rows integer, max_bytes bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION events.archive_page(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, max_rows integer, max_bytes bigint) TO fleet_cron;

REVOKE ALL ON FUNCTION events.before_facts(fact_source text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.begin_day_rebuild(targets text[], rules_version integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.begin_rebuild(target text, projector_name text, fact_source text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.begin_reparse(version smallint, first bigint, last bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.claim_days(worker_name text, lease interval, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION events.claim_days(worker_name text, lease interval, most integer) TO fleet_worker;

REVOKE ALL ON FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) FROM PUBLIC;
GRANT ALL ON FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) TO fleet_worker;

REVOKE ALL ON FUNCTION events.content_hash(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.continue_rebuild(target text, max_facts integer, up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.copy_registry(written text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.discard_rebuild(targets text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.drop_archived_facts() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.drop_registry_copy() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.enter_polled_devices(poll text, account integer, imeis text[], since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION events.enter_polled_devices(poll text, account integer, imeis text[], since timestamp with time zone) TO fleet_cron;

REVOKE ALL ON FUNCTION events.erase_raw(erased_id bigint, at timestamp with time zone, size integer, original_sha256 text, why text, who text) FROM PUBLIC;

REVOKE ALL ON TABLE events.parsed FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.parsed TO fleet_owner;

REVOKE ALL ON FUNCTION events.facts(fact_source regclass, after_id bigint, up_to_id bigint, kinds text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) TO fleet_worker;

REVOKE ALL ON FUNCTION events.finish_day_rebuild(targets text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.finish_days(of_days date[], of_imeis text[], of_vehicles bigint[], folded_marks bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION events.finish_days(of_days date[], of_imeis text[], of_vehicles bigint[], folded_marks bigint[]) TO fleet_worker;

REVOKE ALL ON FUNCTION events.finish_rebuild(target text, projector_name text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.finish_registry(folded bigint, written text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.finish_reparse(request bigint, version smallint, facts jsonb, told jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION events.finish_reparse(request bigint, version smallint, facts jsonb, told jsonb) TO fleet_worker;

REVOKE ALL ON FUNCTION events.fold(projector_name text, after_id bigint, up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.forget_poll_watermark(poll text, account integer, what text) FROM PUBLIC;
GRANT ALL ON FUNCTION events.forget_poll_watermark(poll text, account integer, what text) TO fleet_cron;

REVOKE ALL ON FUNCTION events.has_archived_facts(made_of text) FROM PUBLIC;

REVOKE ALL ON TABLE events.raw FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.raw TO fleet_owner;
GRANT SELECT ON TABLE events.raw TO fleet_worker;

REVOKE ALL ON FUNCTION events.held_facts(raw events.raw) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.held_parsed(lower_bound timestamp with time zone, upper_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.held_raw(lower_bound timestamp with time zone, upper_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.insert_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.is_archived(lower_bound timestamp with time zone, upper_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.job_successes() FROM PUBLIC;
GRANT ALL ON FUNCTION events.job_successes() TO fleet_cron;

REVOKE ALL ON FUNCTION events.keep_archived_facts(made_of text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.keep_jobs(kept_jobs text[], kept_accounts text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION events.keep_jobs(kept_jobs text[], kept_accounts text[]) TO fleet_cron;

REVOKE ALL ON FUNCTION events.lag() FROM PUBLIC;
GRANT ALL ON FUNCTION events.lag() TO fleet_worker;
GRANT ALL ON FUNCTION events.lag() TO fleet_cron;

REVOKE ALL ON FUNCTION events.left_by_replays() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.lock_vehicles_of_days(of_days date[], of_imeis text[], of_vehicles bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION events.lock_vehicles_of_days(of_days date[], of_imeis text[], of_vehicles bigint[]) TO fleet_worker;

REVOKE ALL ON FUNCTION events.make_archived_facts() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.mark_days(imeis text[], from_time timestamp with time zone, to_time timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.move_poll_watermark(poll text, account integer, what text, reached timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION events.move_poll_watermark(poll text, account integer, what text, reached timestamp with time zone) TO fleet_cron;

REVOKE ALL ON FUNCTION events.newest_fact() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.next_archive() FROM PUBLIC;
GRANT ALL ON FUNCTION events.next_archive() TO fleet_cron;

REVOKE ALL ON FUNCTION events.next_range(seen_id bigint, max_facts integer, OUT after_id bigint, OUT up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.next_reparse() FROM PUBLIC;
GRANT ALL ON FUNCTION events.next_reparse() TO fleet_worker;

REVOKE ALL ON FUNCTION events.note_archive(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint, read_back_sha256 text, file_bytes bigint, file_sha256 text, path text, url text) FROM PUBLIC;
GRANT ALL ON FUNCTION events.note_archive(chunk_from timestamp with time zone, chunk_to timestamp with time zone, after_id bigint, up_to_id bigint, read_back_sha256 text, file_bytes bigint, file_sha256 text, path text, url text) TO fleet_cron;

REVOKE ALL ON FUNCTION events.note_day_built(day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.note_facts(ids bigint[], moments timestamp with time zone[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.note_job_end(job_name text, account_code text, at timestamp with time zone, rows_brought bigint, trouble text) FROM PUBLIC;
GRANT ALL ON FUNCTION events.note_job_end(job_name text, account_code text, at timestamp with time zone, rows_brought bigint, trouble text) TO fleet_cron;

REVOKE ALL ON FUNCTION events.note_job_start(job_name text, account_code text, every_s integer, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION events.note_job_start(job_name text, account_code text, every_s integer, at timestamp with time zone) TO fleet_cron;

REVOKE ALL ON FUNCTION events.note_job_wait(job_name text, account_code text, at timestamp with time zone, what_for text) FROM PUBLIC;
GRANT ALL ON FUNCTION events.note_job_wait(job_name text, account_code text, at timestamp with time zone, what_for text) TO fleet_cron;

REVOKE ALL ON FUNCTION events.note_newest_facts() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.put_accounts_right(OUT removed bigint, OUT inserted bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.put_aside(projector_name text, fact bigint, problem text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.put_right(target regclass, beside regclass, OUT removed bigint, OUT inserted bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.read_poll_watermarks(poll text, account integer) FROM PUBLIC;
GRANT ALL ON FUNCTION events.read_poll_watermarks(poll text, account integer) TO fleet_cron;

REVOKE ALL ON FUNCTION events.reparse_chunk(reparse bigint, chunk_up_to bigint, facts jsonb, rejections jsonb, chunk_imeis text[], chunk_from timestamp with time zone, chunk_to timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.reparse_span(from_time timestamp with time zone, to_time timestamp with time zone, OUT after_id bigint, OUT up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.replace_archive(replaced bigint, new_file_bytes bigint, new_file_sha256 text, new_content_sha256 text, new_path text, new_url text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.replace_part(target text, projector_name text, folded bigint, from_time timestamp with time zone, to_time timestamp with time zone, imeis text[], OUT removed bigint, OUT inserted bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.restrict_facts(target text, source regclass, projector_name text, from_time timestamp with time zone, to_time timestamp with time zone, imeis text[], ahead interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.retry_set_aside(projector_name text, fact bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.set_aside_counts() FROM PUBLIC;
GRANT ALL ON FUNCTION events.set_aside_counts() TO fleet_worker;

REVOKE ALL ON FUNCTION events.source_of(after_id bigint, up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.source_rank(source text) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.still_waiting(raw_ids bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.take_over_arrivals() FROM PUBLIC;

REVOKE ALL ON FUNCTION events.version_of(raw bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.waiting_days() FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.cell_of(lat double precision, lon double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.good_for(known geo.address_precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.keep_address(asked_cell bigint, said text, how_precise geo.address_precision, said_by text, said_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.keep_answer(asked_cell bigint, geocoder text, geocoders text[], said text, how_precise geo.address_precision) FROM PUBLIC;
GRANT ALL ON FUNCTION geo.keep_answer(asked_cell bigint, geocoder text, geocoders text[], said text, how_precise geo.address_precision) TO fleet_worker;

REVOKE ALL ON FUNCTION geo.look_for_places(every interval, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION geo.look_for_places(every interval, most integer) TO fleet_worker;

REVOKE ALL ON FUNCTION geo.middle_of(cell bigint, OUT lat double precision, OUT lon double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.next_question(geocoders text[], every interval, lease interval) FROM PUBLIC;
GRANT ALL ON FUNCTION geo.next_question(geocoders text[], every interval, lease interval) TO fleet_worker;

REVOKE ALL ON FUNCTION geo.note_failure(asked_cell bigint, geocoder text, geocoders text[], why text, asked_pause interval) FROM PUBLIC;
GRANT ALL ON FUNCTION geo.note_failure(asked_cell bigint, geocoder text, geocoders text[], why text, asked_pause interval) TO fleet_worker;

REVOKE ALL ON FUNCTION geo.note_tried(asked_cell bigint, geocoder text, geocoders text[], has_failed boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION geo.status() FROM PUBLIC;
GRANT ALL ON FUNCTION geo.status() TO fleet_worker;

REVOKE ALL ON FUNCTION series.add_partition(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone, append_only boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.allow_compression(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.bytes(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.chunk_of(target text, from_time timestamp with time zone, to_time timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.chunks(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.compress_next(target text) FROM PUBLIC;
GRANT ALL ON FUNCTION series.compress_next(target text) TO fleet_cron;

REVOKE ALL ON FUNCTION series.copy_indexes(model text, beside text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.cutoff(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.delete_next(target text, batch_rows integer) FROM PUBLIC;
GRANT ALL ON FUNCTION series.delete_next(target text, batch_rows integer) TO fleet_cron;

REVOKE ALL ON FUNCTION series.dependents(target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.discard(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.drop_before(target text, cutoff timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.drop_next(target text) FROM PUBLIC;
GRANT ALL ON FUNCTION series.drop_next(target text) TO fleet_cron;

REVOKE ALL ON FUNCTION series.due_chunks(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.engine() FROM PUBLIC;

REVOKE ALL ON FUNCTION series.ensure(target text, from_time timestamp with time zone, to_time timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval) FROM PUBLIC;
GRANT ALL ON FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval) TO fleet_cron;

REVOKE ALL ON FUNCTION series.forbid_changes(target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.forbid_truncate(target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.guard_chunks(target text, append_only boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.guard_packed(chunk regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.held(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.is_packed(chunk regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.kept_from(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make(target regclass, time_column text, chunk interval, append_only boolean, starts_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make_beside(model text, beside text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make_hypertable(target regclass, time_column text, chunk interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make_partitioned(target regclass, time_column text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.move(target text, namespace text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.move_horizon(target text, kept_from timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.oldest(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.partition_name(target text, lower_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.partitions(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION series.release_retention(whose uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION series.release_retention(whose uuid) TO fleet_cron;

REVOKE ALL ON FUNCTION series.retention_report() FROM PUBLIC;
GRANT ALL ON FUNCTION series.retention_report() TO fleet_cron;

REVOKE ALL ON FUNCTION series.swap(targets text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.take_retention(whose uuid, lease interval) FROM PUBLIC;
GRANT ALL ON FUNCTION series.take_retention(whose uuid, lease interval) TO fleet_cron;

REVOKE ALL ON FUNCTION series.unbound_changes() FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_accounts(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_cities(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_cost_centres(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_devices(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_drivers(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.admin_vehicles(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.contract_run() FROM PUBLIC;
GRANT ALL ON FUNCTION serve.contract_run() TO fleet_reader;

REVOKE ALL ON FUNCTION serve.device_assignments_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.drift_findings(states text[], kinds text[], topics text[], before_id bigint, page_size integer) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.drift_findings(states text[], kinds text[], topics text[], before_id bigint, page_size integer) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.driver_assignments_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.facts_set_aside(of_projector text, after_fact bigint, after_projector text, page_size integer) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.facts_set_aside(of_projector text, after_fact bigint, after_projector text, page_size integer) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.first_good_fix(device text, first_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, is_found boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.fleet_at_text(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fleet_at_text(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fleet_text(filters jsonb, as_of timestamp with time zone, known_at timestamp with time zone, more text) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.fn_admin_item(kind text, wanted text, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_admin_item(kind text, wanted text, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_admin_page(kind text, search text, max_items integer, skip integer, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_admin_page(kind text, search text, max_items integer, skip integer, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_admin_refusal(topic text, body jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_admin_refusal(topic text, body jsonb) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_device_history(device text) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_device_history(device text) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_events_beside(device text, from_at timestamp with time zone, to_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_events_beside(device text, from_at timestamp with time zone, to_at timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_events_of(device text, from_at timestamp with time zone, to_at timestamp with time zone, after_at timestamp with time zone, after_raw bigint, page_size integer) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_events_of(device text, from_at timestamp with time zone, to_at timestamp with time zone, after_at timestamp with time zone, after_raw bigint, page_size integer) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_fleet_at(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_fleet_at(at timestamp with time zone, known_at timestamp with time zone, filters jsonb, viewer bigint) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_gaps(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_gaps(as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_jobs(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_jobs(as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) TO fleet_reader;
GRANT ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) TO fleet_grafana;

REVOKE ALL ON FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_statement_fate(event_id bigint, OUT folded boolean, OUT refusal text) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_statement_fate(event_id bigint, OUT folded boolean, OUT refusal text) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.fn_vehicle_history(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_vehicle_history(wanted text) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.identity_properties(vehicle_id bigint, plate text, plate_key text, imei text, cost_centre text, city text, driver text, lifecycle text) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.identity_statement(asked_field text, asked_key text, at timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.iso(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.judged_listings(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.live_dedup_at(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.live_devices(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.logged_fixes(device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.normalize_plate(plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.normalize_plate(plate text) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.one_a_vehicle(as_of timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.operational_state(good_fixed_at timestamp with time zone, good_speed_kmh double precision, heard_at timestamp with time zone, moving_speed_kmh double precision, stale_fix interval, offline interval, as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.palette_colour(slot integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.past_devices(at timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.past_fix(vehicle bigint, device text, since timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, good boolean, telling_ignition boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.past_identities(at timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.past_lifecycle(device text, good_at timestamp with time zone, at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.past_word(device text, fixed_at timestamp with time zone, latest_at timestamp with time zone, judged_at timestamp with time zone, through timestamp with time zone, known_at timestamp with time zone, offline interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.platform_account() FROM PUBLIC;
GRANT ALL ON FUNCTION serve.platform_account() TO fleet_reader;

REVOKE ALL ON FUNCTION serve.refuse_forgotten(at timestamp with time zone, known_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.refuse_unknown_filters(filters jsonb, known text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.rejections(reasons text[], sources text[], topics text[], since timestamp with time zone, before_at timestamp with time zone, before_raw bigint, before_item integer, page_size integer) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.rejections(reasons text[], sources text[], topics text[], since timestamp with time zone, before_at timestamp with time zone, before_raw bigint, before_item integer, page_size integer) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.rows_of_fact(said events.parsed) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.tables_of_fact(fact_kind text) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.thresholds() FROM PUBLIC;

REVOKE ALL ON FUNCTION slo.fix_freshness_pct(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION slo.fn_status(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION slo.fn_status(as_of timestamp with time zone) TO fleet_grafana;

REVOKE ALL ON FUNCTION state.day_fixes(of_vehicle bigint, of_day date, history regclass) FROM PUBLIC;
GRANT ALL ON FUNCTION state.day_fixes(of_vehicle bigint, of_day date, history regclass) TO fleet_worker;

REVOKE ALL ON FUNCTION state.days_of_history(history regclass, from_day date, to_day date) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.differences(held regclass, other regclass, since timestamp with time zone, most integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.differing_devices(other regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.differing_identities(most integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.differing_mounts(most integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.follow_identities() FROM PUBLIC;

REVOKE ALL ON FUNCTION state.held_position_history(lower_bound timestamp with time zone, upper_bound timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.identities_of(imeis text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.is_suspect(vehicle bigint, device text, fix_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.keep_vehicle_days(schema_name text, of_vehicles bigint[], of_days date[], told jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION state.keep_vehicle_days(schema_name text, of_vehicles bigint[], of_days date[], told jsonb) TO fleet_worker;

REVOKE ALL ON FUNCTION state.key_columns(held regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.known(value text, as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_flag, told state.known_flag) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_number, told state.known_number) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_text, told state.known_text) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.mend_identities() FROM PUBLIC;

REVOKE ALL ON FUNCTION state.mount_days(mounts state.mounts[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.mounts_of(imeis text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_device_events(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_fault_codes(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_fuel_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_lbs_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_obd_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_parking_events(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_readings(after_id bigint, up_to_id bigint, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_registry(after_id bigint, up_to_id bigint, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_reported_trips(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_temperature_readings(after_id bigint, up_to_id bigint, target regclass, source regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.refresh_identities(imeis text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.refresh_mounts(imeis text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.latest(state.known_text) FROM PUBLIC;

GRANT SELECT ON TABLE domain.accounts TO fleet_cron;

GRANT SELECT ON TABLE drift.fields TO fleet_worker;

GRANT SELECT ON TABLE drift.findings TO fleet_worker;

GRANT SELECT ON TABLE drift.listings TO fleet_worker;

GRANT SELECT ON TABLE drift.topics TO fleet_worker;

REVOKE ALL ON TABLE events.ledger FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.ledger TO fleet_owner;

REVOKE ALL ON TABLE events.rejected FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.rejected TO fleet_owner;

REVOKE ALL ON TABLE events.archives FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.archives TO fleet_owner;

REVOKE ALL ON TABLE events.erasures FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.erasures TO fleet_owner;

GRANT SELECT ON TABLE series.retention TO fleet_cron;

GRANT SELECT ON TABLE serve.v_live_dedup TO fleet_reader;
GRANT SELECT ON TABLE serve.v_live_dedup TO fleet_grafana;

GRANT SELECT ON TABLE slo.targets TO fleet_grafana;

