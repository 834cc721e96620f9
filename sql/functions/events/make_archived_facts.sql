-- Makes rebuild.archived_facts, empty: facts that were parsed again out of the archive; and rebuild.every_fact, those
-- and the facts of the log that count. Returns the number of its first fact, from which the next go downward.
-- A rebuild that read an earlier one cannot go on with this one.
create or replace function events.make_archived_facts() returns bigint
language plpgsql as $$
begin
    perform events.drop_archived_facts();
    create unlogged table rebuild.archived_facts (like events.parsed);
    create view rebuild.every_fact as
        select * from rebuild.archived_facts union all select * from events.active_facts;
    return coalesce((select min(id) - 1 from events.parsed), (select min(position) from events.cursors));
end $$;
