-- Makes scratch.facts: the facts of a source with device times in [from_time, to_time) and of some devices; null
-- means all. A device's clock is at most `ahead` fast, so what was received earlier need not be looked at.
create or replace function events.restrict_facts(
    source regclass, from_time timestamptz, to_time timestamptz, imeis text[], ahead interval
) returns void
language plpgsql as $$
begin
    execute format('create or replace view scratch.facts as select * from %s where true', source)
        || coalesce(' and occurred_at >= ' || quote_literal(from_time)
                    || ' and received_at >= ' || quote_literal(from_time - ahead), '')
        || coalesce(' and occurred_at < ' || quote_literal(to_time), '')
        || coalesce(' and imei = any (' || quote_literal(imeis) || ')', '');
end $$;
