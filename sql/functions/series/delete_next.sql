-- Deletes up to `batch_rows` rows of a plain table that are due; returns how many there were.
create or replace function series.delete_next(target text, batch_rows integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    cutoff timestamptz := series.cutoff(target);
    age text := (select time_column from series.retention where table_name = target);
    deleted integer;
begin
    if cutoff is null or age is null then
        return 0;
    end if;
    execute format('delete from %1$s where ctid = any(array(select ctid from %1$s where %2$I < $1 limit $2))',
                   target::regclass, age) using cutoff, batch_rows;
    get diagnostics deleted = row_count;
    if deleted < batch_rows and isfinite(cutoff) then
        perform series.move_horizon(target, cutoff);
    end if;
    return deleted;
end $$;
