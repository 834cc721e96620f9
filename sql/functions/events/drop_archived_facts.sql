-- The facts that were read back from the archive are needed no more, or are to be read anew.
create or replace function events.drop_archived_facts() returns void
language plpgsql as $$
begin
    delete from events.rebuilds where source = 'rebuild.every_fact' or table_name = 'rebuild.archived_facts';
    drop view if exists rebuild.every_fact cascade;   -- with the views that a killed rebuild reads it through
    drop table if exists rebuild.archived_facts;
end $$;
