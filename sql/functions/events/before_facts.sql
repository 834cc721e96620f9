-- A number below all facts of a source: where folding it begins. The numbers of facts that do not count are as good a
-- place as the next one's, and found at once.
create or replace function events.before_facts(fact_source text) returns bigint
language plpgsql stable as $$
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
