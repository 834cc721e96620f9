-- The schema of a fresh database, written by `make snapshot`. Read it; never edit or apply it.

CREATE SCHEMA auth;

ALTER SCHEMA auth OWNER TO fleet_owner;

CREATE SCHEMA domain;

ALTER SCHEMA domain OWNER TO fleet_owner;

CREATE SCHEMA events;

ALTER SCHEMA events OWNER TO fleet_owner;

CREATE SCHEMA series;

ALTER SCHEMA series OWNER TO fleet_owner;

CREATE SCHEMA serve;

ALTER SCHEMA serve OWNER TO fleet_owner;

CREATE SCHEMA slo;

ALTER SCHEMA slo OWNER TO fleet_owner;

CREATE SCHEMA state;

ALTER SCHEMA state OWNER TO fleet_owner;

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

CREATE FUNCTION auth.close_session(token bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    update auth.tokens set revoked_at = clock_timestamp()
    where revoked_at is null
      and session_id = (select session_id from auth.tokens where token_sha256 = token);
$$;

ALTER FUNCTION auth.close_session(token bytea) OWNER TO fleet_owner;

CREATE FUNCTION auth.find_account(name text) RETURNS TABLE(auth_account_id bigint, username text, password_hash text, scopes text[], locked_until timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select auth_account_id, username, password_hash, scopes, locked_until
    from auth.accounts where username = lower(name) and disabled_at is null;
$$;

ALTER FUNCTION auth.find_account(name text) OWNER TO fleet_owner;

CREATE FUNCTION auth.note_login(name text, succeeded boolean, client text) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    locked timestamptz;
begin
    update auth.accounts set
        failed_logins = case when succeeded then 0 else failed_logins + 1 end,
        locked_until = case when succeeded then null
                            when (failed_logins + 1) % 5 = 0 then clock_timestamp() + interval '15 minutes'
                            else locked_until end
    where username = lower(name)
    returning locked_until into locked;
    insert into auth.access_log (username, action, outcome, detail)
    values (lower(name), 'login', case when succeeded then 'ok' else 'refused' end,
            jsonb_build_object('client', client));
    return locked;
end $$;

ALTER FUNCTION auth.note_login(name text, succeeded boolean, client text) OWNER TO fleet_owner;

CREATE FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    insert into auth.tokens (token_sha256, auth_account_id, session_id, session_ends_at)
    values (token_sha256, account, gen_random_uuid(), clock_timestamp() + lifetime);
$$;

ALTER FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) OWNER TO fleet_owner;

CREATE FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) RETURNS TABLE(auth_account_id bigint, username text, scopes text[], session_ends_at timestamp with time zone)
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
        select a.auth_account_id, a.username, a.scopes, token.session_ends_at
        from auth.accounts a where a.auth_account_id = token.auth_account_id and a.disabled_at is null;
end $$;

ALTER FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) OWNER TO fleet_owner;

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

CREATE FUNCTION domain.id_of(kind text, natural_key text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select ('x' || substr(md5(kind || ':' || natural_key), 1, 13))::bit(52)::bigint;
$$;

ALTER FUNCTION domain.id_of(kind text, natural_key text) OWNER TO fleet_owner;

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

CREATE FUNCTION domain.register_devices(first_after bigint, last_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into domain.devices as held (imei, account_id, account_as_of, class, lifecycle, first_good_fix_at)
    select imei,
           coalesce((array_agg(listing.account_id order by occurred_at desc, listing.account_id desc)
                     filter (where listing.account_id is not null))[1], platform.account_id),
           coalesce(max(occurred_at) filter (where listing.account_id is not null), '-infinity'),
           state.latest(state.known(data->>'device_class', occurred_at)) filter (where kind = 'vehicle_listed'),
           case when bool_or(is_good) then 'active' else 'provisioned' end,
           min(occurred_at) filter (where is_good)
    from events.parsed
    cross join lateral (select kind = 'position_fix' and data->>'quality' = 'gps' as is_good) fix
    join domain.accounts platform on platform.code = 'platform'
    left join domain.accounts listing on kind = 'device_listed' and listing.code = data->>'account'
    where id > first_after and id <= last_id and imei is not null
    group by imei, platform.account_id
    on conflict (imei) do update set
        account_id = case when (excluded.account_as_of, excluded.account_id) > (held.account_as_of, held.account_id)
                          then excluded.account_id else held.account_id end,
        account_as_of = greatest(held.account_as_of, excluded.account_as_of),
        class = state.later(held.class, excluded.class),
        lifecycle = case when held.lifecycle = 'provisioned' then excluded.lifecycle else held.lifecycle end,
        first_good_fix_at = least(held.first_good_fix_at, excluded.first_good_fix_at)
    where (excluded.account_as_of, excluded.account_id) > (held.account_as_of, held.account_id)
       or state.later(held.class, excluded.class) is distinct from held.class
       or (held.lifecycle = 'provisioned' and excluded.lifecycle = 'active')
       or excluded.first_good_fix_at < held.first_good_fix_at;
end $$;

ALTER FUNCTION domain.register_devices(first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_drivers(first_after bigint, last_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into domain.drivers as held (driver_id, name, phone)
    select domain.id_of('driver', data->>'driver'), data->>'driver',
           state.latest(state.known(data->>'driver_phone', occurred_at))
    from events.parsed
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'driver'
    group by data->>'driver'
    on conflict (driver_id) do update set phone = state.later(held.phone, excluded.phone);

    insert into domain.driver_assignments as held (vehicle_id, valid_from, driver_id)
    select domain.id_of('vehicle', plate_key), occurred_at, max(domain.id_of('driver', data->>'driver'))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed'
      and plate_key is not null and data ? 'driver'
    group by plate_key, occurred_at
    on conflict (vehicle_id, valid_from) do update set driver_id = excluded.driver_id
    where excluded.driver_id > held.driver_id;
end $$;

ALTER FUNCTION domain.register_drivers(first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION domain.register_vehicles(first_after bigint, last_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    insert into domain.assigned_cities (city)
    select distinct data->>'city' from events.parsed
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'city'
    on conflict do nothing;

    perform domain.register_cost_centre(name) from (
        select data->>'cost_centre' as name from events.parsed
        where id > first_after and id <= last_id and kind = 'vehicle_listed' and data ? 'cost_centre'
        group by 1 order by min(occurred_at), 1
    ) named;

    insert into domain.vehicles as held (vehicle_id, plate_key, plate, cost_centre, city, make, model)
    select domain.id_of('vehicle', plate_key), plate_key,
           state.latest(state.known(data->>'plate', occurred_at)),
           state.latest(state.known(data->>'cost_centre', occurred_at)),
           state.latest(state.known(data->>'city', occurred_at)),
           state.latest(state.known(data->>'make', occurred_at)),
           state.latest(state.known(data->>'model', occurred_at))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed' and plate_key is not null
    group by plate_key
    on conflict (vehicle_id) do update set
        plate = state.later(held.plate, excluded.plate),
        cost_centre = state.later(held.cost_centre, excluded.cost_centre),
        city = state.later(held.city, excluded.city),
        make = state.later(held.make, excluded.make),
        model = state.later(held.model, excluded.model);

    insert into domain.device_assignments as held (imei, valid_from, vehicle_id)
    select imei, occurred_at, max(domain.id_of('vehicle', plate_key))
    from events.parsed
    cross join lateral serve.normalize_plate(data->>'plate') plate_key
    where id > first_after and id <= last_id and kind = 'vehicle_listed'
      and plate_key is not null and imei is not null
    group by imei, occurred_at
    on conflict (imei, valid_from) do update set vehicle_id = excluded.vehicle_id
    where excluded.vehicle_id > held.vehicle_id;
end $$;

ALTER FUNCTION domain.register_vehicles(first_after bigint, last_id bigint) OWNER TO fleet_owner;

CREATE FUNCTION events.advance(projector_name text, max_facts integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
    after_id bigint;
    up_to_id bigint;
    facts integer;
begin
    select position into after_id from events.cursors
    where projector = projector_name for update skip locked;
    if not found then
        return -1;
    end if;
    select max(id), count(*) into up_to_id, facts
    from (select id from events.parsed where id > after_id order by id limit max_facts) next_facts;
    if facts > 0 then
        execute format('select state.%I($1, $2)', 'project_' || projector_name) using after_id, up_to_id;
        update events.cursors set position = up_to_id, moved_at = clock_timestamp()
        where projector = projector_name;
    end if;
    return facts;
end $_$;

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

CREATE TABLE events.claims (
    claim_id bigint NOT NULL,
    stage text NOT NULL,
    after_id bigint NOT NULL,
    up_to_id bigint NOT NULL,
    parser_version smallint NOT NULL,
    worker text NOT NULL,
    lease_until timestamp with time zone NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

ALTER TABLE events.claims OWNER TO fleet_owner;

CREATE FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) RETURNS SETOF events.claims
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    frontier bigint;
    last_id bigint;
begin
    return query
        update events.claims set worker = worker_name, lease_until = clock_timestamp() + lease,
                                 parser_version = version
        where claim_id = (select claim_id from events.claims
                          where stage = 'parse' and lease_until < clock_timestamp()
                          order by claim_id limit 1 for update skip locked)
        returning claims.*;
    if found then
        return;
    end if;
    select handed_out into strict frontier from events.frontiers where stage = 'parse' for update;
    select max(id) into last_id from (
        select id, row_number() over ahead as place, sum(octet_length(body)) over ahead as bytes
        from (select id, body from events.raw where id > frontier order by id limit max_rows) next_rows
        window ahead as (order by id)
    ) measured
    where place = 1 or bytes <= max_bytes;
    if last_id is null then
        return;
    end if;
    update events.frontiers set handed_out = last_id where stage = 'parse';
    return query
        insert into events.claims (stage, after_id, up_to_id, parser_version, worker, lease_until)
        values ('parse', frontier, last_id, version, worker_name, clock_timestamp() + lease)
        returning *;
end $$;

ALTER FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) OWNER TO fleet_owner;

CREATE FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    ended events.claims;
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
    join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id;

    perform pg_advisory_xact_lock(4201, 2);
    perform pg_notify('events_parsed_new', '');
    insert into events.parsed (raw_id, received_at, item, parser_version, kind, source, account_id, imei,
                               occurred_at, data)
    select raw.id, raw.received_at, (told->>1)::integer, ended.parser_version, told->>2, raw.source,
           raw.account_id, told->>3, (told->>4)::timestamptz, told->5
    from jsonb_array_elements(facts) with ordinality as fact (told, place)
    join events.raw on raw.id = (told->>0)::bigint and raw.id > ended.after_id and raw.id <= ended.up_to_id
    order by place;
end $$;

ALTER FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) OWNER TO fleet_owner;

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

CREATE FUNCTION events.lag() RETURNS TABLE(stage text, waiting bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select 'parse', (select coalesce(max(id), 0) from events.raw)
                    - least((select handed_out from events.frontiers where stage = 'parse'),
                            (select min(after_id) from events.claims where stage = 'parse'))
    union all
    select projector, (select coalesce(max(id), 0) from events.parsed) - position from events.cursors;
$$;

ALTER FUNCTION events.lag() OWNER TO fleet_owner;

CREATE FUNCTION events.source_rank(source text) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case source when 'jimi.push' then 2 when 'jimi.poll' then 1 else 0 end::smallint;
$$;

ALTER FUNCTION events.source_rank(source text) OWNER TO fleet_owner;

CREATE FUNCTION series.add_partition(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone, append_only boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    partition_name text := target || to_char(lower_bound at time zone 'UTC', '"_p"YYYYMMDD');
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

CREATE FUNCTION series.drop_before(target text, cutoff timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
declare
    child regclass;
    dropped integer := 0;
begin
    if series.engine() = 'timescale' then
        execute format('select count(*) from public.drop_chunks(%L::regclass, %L::timestamptz)', target, cutoff)
            into dropped;
        return dropped;
    end if;
    for child in select partition from series.partitions(target) where upper_bound <= cutoff loop
        execute format('drop table %s', child);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

ALTER FUNCTION series.drop_before(target text, cutoff timestamp with time zone) OWNER TO fleet_owner;

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
        select generate_series(date_bin(entry.chunk, from_time, timestamptz '2000-01-03 00:00+00'),
                               to_time, entry.chunk)
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
    AS $$
begin
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'insufficient_privilege',
              hint = 'old rows leave through the owner''s retention function alone';
end $$;

ALTER FUNCTION series.refuse_change() OWNER TO fleet_owner;

CREATE FUNCTION serve.device_assignments_at(at timestamp with time zone) RETURNS TABLE(imei text, vehicle_id bigint)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (imei) imei, vehicle_id
    from domain.device_assignments where valid_from <= at
    order by imei, valid_from desc;
$$;

ALTER FUNCTION serve.device_assignments_at(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.driver_assignments_at(at timestamp with time zone) RETURNS TABLE(vehicle_id bigint, driver text)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (vehicle_id) vehicle_id, name
    from domain.driver_assignments join domain.drivers using (driver_id) where valid_from <= at
    order by vehicle_id, valid_from desc;
$$;

ALTER FUNCTION serve.driver_assignments_at(at timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select * from serve.live_dedup_at(as_of);
$$;

ALTER FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.fn_live_view(filters jsonb, viewer bigint DEFAULT NULL::bigint, as_of timestamp with time zone DEFAULT now()) RETURNS json
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    select serve.live_view_text(filters, viewer, as_of)::json;
$$;

ALTER FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_dedup_at(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, imei text, lifecycle text, plate text, plate_key text, driver text, cost_centre text, city text, fixed_at timestamp with time zone, received_at timestamp with time zone, heard_at timestamp with time zone, lat double precision, lon double precision, speed_kmh double precision, heading_deg double precision, quality text, ignition boolean, good_fixed_at timestamp with time zone, good_speed_kmh double precision)
    LANGUAGE sql STABLE
    AS $$
    select distinct on (vehicle_key)
        vehicle_key, device.imei, device.lifecycle,
        shown_as.plate, coalesce(vehicle.plate_key, serve.normalize_plate(shown_as.plate)),
        coalesce(driven.driver, (told.driver).value),
        (vehicle.cost_centre).value, (vehicle.city).value,
        live.fixed_at, live.received_at, greatest(live.fixed_at, told.heard_at), live.lat, live.lon,
        live.speed_kmh, live.heading_deg, live.quality, (live.ignition).value,
        live.good_fixed_at, live.good_speed_kmh
    from domain.devices device
    left join state.live_positions live on live.imei = device.imei
    left join state.devices told on told.imei = device.imei
    left join serve.device_assignments_at(as_of) mounted on mounted.imei = device.imei
    cross join lateral (select coalesce(
        mounted.vehicle_id,
        domain.id_of('vehicle', serve.normalize_plate((told.plate).value)),
        domain.id_of('device', device.imei)) as vehicle_key) identity
    left join domain.vehicles vehicle on vehicle.vehicle_id = vehicle_key
    cross join lateral (select coalesce(
        (vehicle.plate).value, (told.plate).value, (told.name).value, device.imei) as plate) shown_as
    left join serve.driver_assignments_at(as_of) driven on driven.vehicle_id = vehicle_key
    left join domain.device_models model on model.model = (told.model).value
    left join domain.device_classes class on class.class = coalesce((device.class).value, model.class, 'tracker')
    cross join serve.thresholds() limits
    where device.lifecycle <> 'decommissioned'
    order by vehicle_key, (device.lifecycle = 'active') desc, (live.quality = 'gps') desc nulls last,
             (live.fixed_at + limits.stale_fix > as_of) desc nulls last, class.rank nulls last,
             live.fixed_at desc nulls last, device.imei;
$$;

ALTER FUNCTION serve.live_dedup_at(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_vehicles_at(as_of timestamp with time zone) RETURNS TABLE(vehicle_id bigint, plate text, plate_tail text, imei text, cost_centre text, city text, driver text, state text, lifecycle text, style_class text, colour text, cost_centre_code text, stale_at timestamp with time zone, offline_at timestamp with time zone, search_text text, heading_deg double precision, speed_kmh double precision, ignition boolean, fixed_at timestamp with time zone, received_at timestamp with time zone, quality text, address text, lat double precision, lon double precision, slot integer)
    LANGUAGE sql STABLE
    AS $$
    select live.vehicle_id, live.plate, right(live.plate_key, 4), live.imei,
           coalesce(live.cost_centre, 'Unassigned'), live.city, live.driver, now_is.state, live.lifecycle,
           case when now_is.state = 'parked' and live.ignition and live.fixed_at + limits.stale_fix > as_of
                then 'idling' else now_is.state end,
           serve.palette_colour(centre.slot), coalesce(centre.code, '—'),
           live.fixed_at + limits.stale_fix, live.heard_at + limits.offline,
           lower(concat_ws(' ', live.plate, live.plate_key, live.driver, live.cost_centre,
                           live.city, live.imei)),
           live.heading_deg, live.speed_kmh, live.ignition, live.fixed_at, live.received_at, live.quality,
           null::text, live.lat, live.lon, centre.slot
    from serve.live_dedup_at(as_of) live
    cross join serve.thresholds() limits
    cross join lateral (select serve.operational_state(
        live.good_fixed_at, live.good_speed_kmh, live.heard_at,
        limits.moving_speed_kmh, limits.stale_fix, limits.offline, as_of) as state) now_is
    left join domain.cost_centres centre on centre.name = live.cost_centre;
$$;

ALTER FUNCTION serve.live_vehicles_at(as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET work_mem TO '64MB'
    SET jit TO 'off'
    AS $$
begin
    perform serve.refuse_unknown_filters(filters, array['cost_centre', 'assigned_city', 'vehicle_numbers',
                                                        'driver', 'state', 'date_range']);
    return (
        with fleet as materialized (
            select state, coalesce(city, 'Unassigned') as city, cost_centre, cost_centre_code, colour, slot, is_shown,
                   case when is_shown then concat(
                       '{"type":"Feature","id":', vehicle_id, ',"geometry":',
                       case when lat is null then 'null'
                            else concat('{"type":"Point","coordinates":[', lon, ',', lat, ']}') end,
                       ',"properties":', (select row_to_json(properties) from (select
                            vehicle_id, plate, plate_tail, imei, cost_centre, city, driver, state, lifecycle,
                            style_class, colour, cost_centre_code, stale_at, offline_at, search_text, heading_deg,
                            speed_kmh, ignition, fixed_at, received_at, quality, address) properties), '}')
                   end as feature
            from serve.live_vehicles_at(as_of)
            cross join lateral (select
                (not filters ? 'cost_centre' or filters->'cost_centre' ? cost_centre)
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
        )
        select concat(
            '{"summary":', json_build_object(
                'total', count(*) filter (where is_shown),
                'total_in_scope', count(*),
                'by_state', json_build_object(
                    'moving', count(*) filter (where is_shown and state = 'moving'),
                    'parked', count(*) filter (where is_shown and state = 'parked'),
                    'offline', count(*) filter (where is_shown and state = 'offline'),
                    'unknown', count(*) filter (where is_shown and state = 'unknown')),
                'by_city', (select coalesce(json_object_agg(city, vehicles), '{}') from (
                                select city, count(*) as vehicles
                                from fleet where is_shown group by 1 order by 2 desc, 1) counted),
                'by_cost_centre', (select coalesce(json_agg(counted order by slot nulls last), '[]') from (
                                select cost_centre as name, cost_centre_code as code, colour, slot, count(*) as count
                                from fleet where is_shown group by 1, 2, 3, 4) counted),
                'as_of', as_of),
            ',"geojson":{"type":"FeatureCollection","features":[', string_agg(feature, ','),
            ']},"slo_status":', (select coalesce(json_agg(level), '[]') from slo.fn_status(as_of) level),
            '}')
        from fleet
    );
end $$;

ALTER FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) OWNER TO fleet_owner;

CREATE FUNCTION serve.normalize_plate(plate text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select nullif(upper(regexp_replace(plate, '[[:space:]\u00a0\u2007\u202f\u2010-\u2015._/-]+', '', 'g')), '');
$$;

ALTER FUNCTION serve.normalize_plate(plate text) OWNER TO fleet_owner;

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
    select case when (told).as_of is null or ((held).as_of, (held).value) >= ((told).as_of, (told).value)
                then held else told end;
$$;

ALTER FUNCTION state.later(held state.known_text, told state.known_text) OWNER TO fleet_owner;

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

CREATE FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.alarms'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held
        select distinct on (imei, occurred_at, origin, class, code, cleared)
            imei, occurred_at, data->>'origin' as origin, data->>'class' as class, data->>'code' as code,
            coalesce((data->>'cleared')::boolean, false) as cleared, data->>'name',
            (data->>'lat')::float8, (data->>'lon')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from events.parsed
        where id > $1 and id <= $2 and kind = 'alarm'
        order by imei, occurred_at, origin, class, code, cleared, source_rank desc, content_hash desc, raw_id
        on conflict (imei, raised_at, origin, class, code, cleared) do update set
            (name, lat, lon, source_rank, content_hash, raw_id, received_at)
            = (excluded.name, excluded.lat, excluded.lon, excluded.source_rank, excluded.content_hash,
               excluded.raw_id, excluded.received_at)
        where (excluded.source_rank, excluded.content_hash, -excluded.raw_id)
            > (held.source_rank, held.content_hash, -held.raw_id)
    $sql$, target) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass) OWNER TO fleet_owner;

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

CREATE FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.devices'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %1$s as held (imei, first_heard_at, heard_at)
        select imei, min(occurred_at), max(occurred_at)
        from events.parsed
        where id > $1 and id <= $2 and imei is not null
          and kind not in ('device_listed', 'vehicle_listed', 'listing_completed')
        group by imei
        on conflict (imei) do update set
            first_heard_at = least(held.first_heard_at, excluded.first_heard_at),
            heard_at = greatest(held.heard_at, excluded.heard_at)
        where held.heard_at is null
           or excluded.heard_at > held.heard_at or excluded.first_heard_at < held.first_heard_at
    $sql$, target) using after_id, up_to_id;

    execute format($sql$
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
        from events.parsed
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
    $sql$, target) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass) OWNER TO fleet_owner;

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

CREATE FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.heartbeats'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'ignition')::boolean, (data->>'battery_pct')::float8,
            (data->>'gsm_pct')::float8, (data->>'external_power')::boolean, (data->>'voltage_v')::float8,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from events.parsed
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
    $sql$, target) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass) OWNER TO fleet_owner;

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

CREATE FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.live_positions'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        with fixes as materialized (
            select imei, occurred_at, data, raw_id, received_at,
                   coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
                   events.source_rank(source) as source_rank,
                   jsonb_hash_extended(data, 0) as content_hash
            from events.parsed
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
        insert into %s as held
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
    $sql$, target) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass) OWNER TO fleet_owner;

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

CREATE FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass DEFAULT 'state.position_history'::regclass) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
    execute format($sql$
        insert into %s as held
        select distinct on (imei, occurred_at)
            imei, occurred_at, (data->>'lat')::float8, (data->>'lon')::float8,
            (data->>'speed_kmh')::float8, (data->>'heading_deg')::float8, (data->>'altitude_m')::float8,
            (data->>'satellites')::smallint, (data->>'ignition')::boolean, data->>'quality',
            data ? 'reupload', (data->>'odometer_m')::float8,
            coalesce((data->>'gate_at')::timestamptz, '-infinity') as gate_at,
            events.source_rank(source) as source_rank,
            jsonb_hash_extended(data, 0) as content_hash, raw_id, received_at
        from events.parsed
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
    $sql$, target) using after_id, up_to_id;
end $_$;

ALTER FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass) OWNER TO fleet_owner;

CREATE FUNCTION state.project_registry(after_id bigint, up_to_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform domain.register_devices(after_id, up_to_id);
    perform domain.register_vehicles(after_id, up_to_id);
    perform domain.register_drivers(after_id, up_to_id);
end $$;

ALTER FUNCTION state.project_registry(after_id bigint, up_to_id bigint) OWNER TO fleet_owner;

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
    failed_logins integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
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

CREATE TABLE domain.accounts (
    account_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    polled boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
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
    CONSTRAINT cost_centres_name_check CHECK ((name <> ''::text))
);

ALTER TABLE domain.cost_centres OWNER TO fleet_owner;

CREATE TABLE domain.device_assignments (
    imei text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    vehicle_id bigint NOT NULL
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
    CONSTRAINT devices_lifecycle_check CHECK ((lifecycle = ANY (ARRAY['provisioned'::text, 'active'::text, 'suspended'::text, 'decommissioned'::text])))
)
WITH (fillfactor='80');

ALTER TABLE domain.devices OWNER TO fleet_owner;

CREATE TABLE domain.driver_assignments (
    vehicle_id bigint NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    driver_id bigint NOT NULL
);

ALTER TABLE domain.driver_assignments OWNER TO fleet_owner;

CREATE TABLE domain.drivers (
    driver_id bigint NOT NULL,
    name text NOT NULL,
    phone state.known_text
);

ALTER TABLE domain.drivers OWNER TO fleet_owner;

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

CREATE TABLE events.frontiers (
    stage text NOT NULL,
    handed_out bigint NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE events.frontiers OWNER TO fleet_owner;

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

ALTER TABLE events.ledger ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME events.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

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

CREATE SEQUENCE events.raw_id
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE events.raw_id OWNER TO fleet_owner;

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

CREATE TABLE series.catalog (
    table_name text NOT NULL,
    time_column text NOT NULL,
    chunk interval NOT NULL,
    starts_at timestamp with time zone,
    append_only boolean DEFAULT false NOT NULL
);

ALTER TABLE series.catalog OWNER TO fleet_owner;

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

ALTER TABLE ONLY domain.accounts
    ADD CONSTRAINT accounts_code_key UNIQUE (code);

ALTER TABLE ONLY domain.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (account_id);

ALTER TABLE ONLY domain.assigned_cities
    ADD CONSTRAINT assigned_cities_pkey PRIMARY KEY (city);

ALTER TABLE ONLY domain.cost_centres
    ADD CONSTRAINT cost_centres_code_key UNIQUE (code);

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

ALTER TABLE ONLY domain.vehicles
    ADD CONSTRAINT vehicles_pkey PRIMARY KEY (vehicle_id);

ALTER TABLE ONLY domain.vehicles
    ADD CONSTRAINT vehicles_plate_key_key UNIQUE (plate_key);

ALTER TABLE ONLY events.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (claim_id);

ALTER TABLE ONLY events.claims
    ADD CONSTRAINT claims_stage_after_id_key UNIQUE (stage, after_id);

ALTER TABLE ONLY events.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (projector);

ALTER TABLE ONLY events.frontiers
    ADD CONSTRAINT frontiers_pkey PRIMARY KEY (stage);

ALTER TABLE ONLY events.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (entry_id);

ALTER TABLE ONLY events.parsed
    ADD CONSTRAINT parsed_pkey1 PRIMARY KEY (received_at, raw_id, item, kind, parser_version);

ALTER TABLE ONLY events.raw
    ADD CONSTRAINT raw_pkey1 PRIMARY KEY (id, received_at);

ALTER TABLE ONLY events.rejected
    ADD CONSTRAINT rejected_pkey1 PRIMARY KEY (received_at, raw_id, item, parser_version);

ALTER TABLE ONLY series.catalog
    ADD CONSTRAINT catalog_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY slo.targets
    ADD CONSTRAINT targets_pkey PRIMARY KEY (metric);

ALTER TABLE ONLY state.alarms
    ADD CONSTRAINT alarms_pkey1 PRIMARY KEY (imei, raised_at, origin, class, code, cleared);

ALTER TABLE ONLY state.devices
    ADD CONSTRAINT devices_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY state.heartbeats
    ADD CONSTRAINT heartbeats_pkey1 PRIMARY KEY (imei, beat_at);

ALTER TABLE ONLY state.live_positions
    ADD CONSTRAINT live_positions_pkey PRIMARY KEY (imei);

ALTER TABLE ONLY state.position_history
    ADD CONSTRAINT position_history_pkey1 PRIMARY KEY (imei, fixed_at);

CREATE INDEX access_log_at_idx ON auth.access_log USING btree (at);

CREATE INDEX tokens_session_id_idx ON auth.tokens USING btree (session_id);

CREATE INDEX parsed_id_idx1 ON ONLY events.parsed USING btree (id);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.ledger FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.parsed FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.raw FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON events.rejected FOR EACH ROW EXECUTE FUNCTION series.refuse_change();

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

ALTER TABLE events.raw
    ADD CONSTRAINT raw_account_id_fkey FOREIGN KEY (account_id) REFERENCES domain.accounts(account_id);

GRANT USAGE ON SCHEMA auth TO fleet_session;

GRANT USAGE ON SCHEMA domain TO fleet_cron;

GRANT USAGE ON SCHEMA events TO fleet_push;
GRANT USAGE ON SCHEMA events TO fleet_worker;
GRANT USAGE ON SCHEMA events TO fleet_cron;

GRANT USAGE ON SCHEMA series TO fleet_cron;

GRANT USAGE ON SCHEMA serve TO fleet_reader;
GRANT USAGE ON SCHEMA serve TO fleet_grafana;

GRANT USAGE ON SCHEMA slo TO fleet_grafana;

REVOKE ALL ON FUNCTION auth.active_push_credentials() FROM PUBLIC;
GRANT ALL ON FUNCTION auth.active_push_credentials() TO fleet_session;

REVOKE ALL ON FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.add_push_tally(push_source text, push_outcome text, more bigint) TO fleet_session;

REVOKE ALL ON FUNCTION auth.close_session(token bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.close_session(token bytea) TO fleet_session;

REVOKE ALL ON FUNCTION auth.find_account(name text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.find_account(name text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.note_login(name text, succeeded boolean, client text) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.note_login(name text, succeeded boolean, client text) TO fleet_session;

REVOKE ALL ON FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.open_session(account bigint, token_sha256 bytea, lifetime interval) TO fleet_session;

REVOKE ALL ON FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION auth.rotate_token(old_sha256 bytea, new_sha256 bytea) TO fleet_session;

REVOKE ALL ON FUNCTION domain.code_candidates(centre text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.id_of(kind text, natural_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_cost_centre(centre text) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_devices(first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_drivers(first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION domain.register_vehicles(first_after bigint, last_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.advance(projector_name text, max_facts integer) FROM PUBLIC;
GRANT ALL ON FUNCTION events.advance(projector_name text, max_facts integer) TO fleet_worker;

REVOKE ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) TO fleet_push;
GRANT ALL ON FUNCTION events.append_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) TO fleet_cron;

REVOKE ALL ON FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) FROM PUBLIC;
GRANT ALL ON FUNCTION events.claim_raw(worker_name text, version smallint, max_rows integer, max_bytes bigint, lease interval) TO fleet_worker;

REVOKE ALL ON FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION events.finish_claim(claim bigint, worker_name text, facts jsonb, rejections jsonb) TO fleet_worker;

REVOKE ALL ON FUNCTION events.insert_raw(sources text[], accounts integer[], topics text[], content_types text[], bodies bytea[], metas text[], verifiers text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION events.lag() FROM PUBLIC;
GRANT ALL ON FUNCTION events.lag() TO fleet_worker;
GRANT ALL ON FUNCTION events.lag() TO fleet_cron;

REVOKE ALL ON FUNCTION events.source_rank(source text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.add_partition(target text, lower_bound timestamp with time zone, upper_bound timestamp with time zone, append_only boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.drop_before(target text, cutoff timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.engine() FROM PUBLIC;

REVOKE ALL ON FUNCTION series.ensure(target text, from_time timestamp with time zone, to_time timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval) FROM PUBLIC;
GRANT ALL ON FUNCTION series.ensure_all(as_of timestamp with time zone, ahead interval) TO fleet_cron;

REVOKE ALL ON FUNCTION series.forbid_changes(target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.forbid_truncate(target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.guard_chunks(target text, append_only boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make(target regclass, time_column text, chunk interval, append_only boolean, starts_at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make_hypertable(target regclass, time_column text, chunk interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.make_partitioned(target regclass, time_column text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.partitions(target text) FROM PUBLIC;

REVOKE ALL ON FUNCTION series.refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.device_assignments_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.driver_assignments_at(at timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) TO fleet_reader;
GRANT ALL ON FUNCTION serve.fn_live_dedup(as_of timestamp with time zone) TO fleet_grafana;

REVOKE ALL ON FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.fn_live_view(filters jsonb, viewer bigint, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.live_dedup_at(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.live_vehicles_at(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.live_view_text(filters jsonb, viewer bigint, as_of timestamp with time zone) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.normalize_plate(plate text) FROM PUBLIC;
GRANT ALL ON FUNCTION serve.normalize_plate(plate text) TO fleet_reader;

REVOKE ALL ON FUNCTION serve.operational_state(good_fixed_at timestamp with time zone, good_speed_kmh double precision, heard_at timestamp with time zone, moving_speed_kmh double precision, stale_fix interval, offline interval, as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.palette_colour(slot integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.refuse_unknown_filters(filters jsonb, known text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION serve.thresholds() FROM PUBLIC;

REVOKE ALL ON FUNCTION slo.fix_freshness_pct(as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION slo.fn_status(as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION slo.fn_status(as_of timestamp with time zone) TO fleet_grafana;

REVOKE ALL ON FUNCTION state.known(value text, as_of timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_flag, told state.known_flag) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_number, told state.known_number) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.later(held state.known_text, told state.known_text) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_alarms(after_id bigint, up_to_id bigint, target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_devices(after_id bigint, up_to_id bigint, target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_heartbeats(after_id bigint, up_to_id bigint, target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_live_positions(after_id bigint, up_to_id bigint, target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_position_history(after_id bigint, up_to_id bigint, target regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.project_registry(after_id bigint, up_to_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION state.latest(state.known_text) FROM PUBLIC;

GRANT SELECT ON TABLE domain.accounts TO fleet_cron;

REVOKE ALL ON TABLE events.ledger FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.ledger TO fleet_owner;

REVOKE ALL ON TABLE events.parsed FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.parsed TO fleet_owner;

REVOKE ALL ON TABLE events.raw FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.raw TO fleet_owner;
GRANT SELECT ON TABLE events.raw TO fleet_worker;

REVOKE ALL ON TABLE events.rejected FROM fleet_owner;
GRANT SELECT,INSERT,REFERENCES,DELETE,TRIGGER,UPDATE ON TABLE events.rejected TO fleet_owner;

GRANT SELECT ON TABLE serve.v_live_dedup TO fleet_reader;
GRANT SELECT ON TABLE serve.v_live_dedup TO fleet_grafana;

GRANT SELECT ON TABLE slo.targets TO fleet_grafana;

