-- Puts tables that were built in schema `rebuild` in the place of live ones, and drops those. What hangs on the old
-- ones is made anew by name; should anything else hang on one, its drop fails and all stays as it was. Call it in a
-- short transaction with a lock_timeout.
create or replace function series.swap(targets text[]) returns void
language plpgsql as $$
declare
    statements text[] := array(select statement from unnest(targets) target,
                               lateral series.dependents(target::regclass));
    views text[] := array(select distinct locked::text from unnest(targets) target,
                          lateral series.dependents(target::regclass) where locked is not null);
    target text;
    statement text;
begin
    -- Views first: who reads through one holds it while waiting for its table.
    execute format('lock table %s in access exclusive mode', array_to_string(views || targets, ', '));
    foreach target in array targets loop
        perform series.discard('scratch.' || split_part(target, '.', 2));
        perform series.move(target, 'scratch');
        perform series.move('rebuild.' || split_part(target, '.', 2), split_part(target, '.', 1));
        delete from series.catalog where table_name = 'rebuild.' || split_part(target, '.', 2);
    end loop;
    foreach statement in array statements loop
        execute statement;
    end loop;
    foreach target in array targets loop
        execute format('drop table scratch.%I', split_part(target, '.', 2));
    end loop;
end $$;
