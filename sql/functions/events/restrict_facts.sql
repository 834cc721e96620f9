-- Makes a view of the facts of a source that a projector folds, which leaves out those that are set aside: with device
-- times in [from_time, to_time) and of some devices; null means all. A device's clock is at most `ahead` fast, so what
-- was received earlier need not be looked at.
create or replace function events.restrict_facts(
    target text, source regclass, projector_name text, from_time timestamptz default null,
    to_time timestamptz default null, imeis text[] default null, ahead interval default null
) returns void
language plpgsql as $$
begin
    execute format('create or replace view %s as select * from %s
                    where id not in (select fact_id from events.set_aside where projector = %L)',
                   target, source, projector_name)
        || coalesce(' and occurred_at >= ' || quote_literal(from_time)
                    || ' and received_at >= ' || quote_literal(from_time - ahead), '')
        || coalesce(' and occurred_at < ' || quote_literal(to_time), '')
        || coalesce(' and imei = any (' || quote_literal(imeis) || ')', '');
end $$;
