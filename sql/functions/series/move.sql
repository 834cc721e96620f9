-- Moves a table with its indexes and partitions to another schema; its name stays.
create or replace function series.move(target text, namespace text) returns void
language plpgsql as $$
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
