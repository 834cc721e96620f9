-- rebuild.archived_facts is whole, and made of that: should the replay be killed, the next one need not read it back.
create or replace function events.keep_archived_facts(made_of text) returns void
language plpgsql as $$
begin
    create index on rebuild.archived_facts (id);
    analyze rebuild.archived_facts;
    insert into events.rebuilds (table_name, source, position, superseded, made_by)
    select 'rebuild.archived_facts', 'events.archives', coalesce(min(id), 0), 0, made_of from rebuild.archived_facts;
end $$;
