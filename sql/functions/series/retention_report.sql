-- Each declared table that there is: how long it is kept, how old and large it is, and what is due to leave it now
-- (chunks of a series, rows of a plain table); `held` says why the next one stays for now.
create or replace function series.retention_report()
returns table (table_name text, kind text, keep interval, compress_after interval, archive boolean,
               bounded_by text, kept_from timestamptz, oldest timestamptz, bytes bigint, due bigint, held text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    declared series.retention;
    cutoff timestamptz;
begin
    for declared in select r.* from series.retention r where to_regclass(r.table_name) is not null order by 1 loop
        table_name := declared.table_name;
        kind := case when exists (select from series.catalog c where c.table_name = declared.table_name) then 'series'
                     else 'plain' end;
        keep := declared.keep;
        compress_after := declared.compress_after;
        archive := declared.archive;
        bounded_by := declared.bounded_by;
        kept_from := nullif(series.kept_from(table_name), '-infinity');
        bytes := series.bytes(table_name);
        oldest := case when keep is not null then series.oldest(table_name) end;
        cutoff := series.cutoff(table_name);
        due := 0;
        held := null;
        if kind = 'series' and cutoff is not null then
            select count(*), (array_agg(chunks.held order by lower_bound))[1] into due, held
            from series.due_chunks(table_name) chunks;
        elsif cutoff is not null then
            execute format('select count(*) from %s where %I < $1', table_name, declared.time_column)
                into due using cutoff;
        end if;
        return next;
    end loop;
end $$;
