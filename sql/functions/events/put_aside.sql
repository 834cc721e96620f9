-- Sets a fact aside that a projector cannot fold. A projector that refuses a thousand is itself at fault: it stops.
create or replace function events.put_aside(projector_name text, fact bigint, problem text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if (select count(*) from events.set_aside where projector = projector_name) >= 1000 then
        raise exception 'a thousand facts are set aside already, and this one cannot be folded either: %', problem;
    end if;
    insert into events.set_aside (projector, fact_id, raw_id, received_at, item, kind, imei, error, tried_at)
    select projector_name, id, raw_id, received_at, item, kind, imei, left(problem, 500), clock_timestamp()
    from events.facts(events.source_of(fact - 1, fact), fact - 1, fact);
end $$;
