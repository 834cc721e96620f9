-- Drops a table that was built beside another, if it is there, and what the catalog of series holds of it.
create or replace function series.discard(target text) returns void
language plpgsql as $$
begin
    delete from series.catalog where table_name = target;
    execute format('drop table if exists %s', target);
end $$;
