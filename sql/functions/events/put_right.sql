-- Makes a table hold what one beside does; rows that are right are not touched. Returns how many went and came.
create or replace function events.put_right(target regclass, beside regclass, out removed bigint, out inserted bigint)
language plpgsql as $$
begin
    execute format('delete from %1$s where (%3$s) in (select %3$s from (table %1$s except table %2$s) wrong)',
                   target, beside, state.key_columns(target));
    get diagnostics removed = row_count;
    execute format('insert into %1$s table %2$s except table %1$s', target, beside);
    get diagnostics inserted = row_count;
end $$;
