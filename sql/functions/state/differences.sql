-- In which rows two tables of one shape differ, by the key of the first; a side that has no such row is null. `most`
-- of them at most, each with the number of all. `since`: rows of earlier device times are not compared. Each side is
-- read apart, hence the offsets: whole rows of compressed chunks cannot be joined.
create or replace function state.differences(held regclass, other regclass, since timestamptz, most integer)
returns table (key jsonb, held_row jsonb, other_row jsonb, differing bigint)
language plpgsql stable as $$
declare
    key_columns text := (select string_agg(quote_ident(attname), ', ' order by place)
                         from pg_catalog.pg_constraint
                         cross join unnest(conkey) with ordinality as part (attnum, place)
                         join pg_catalog.pg_attribute on attrelid = conrelid and pg_attribute.attnum = part.attnum
                         where conrelid = held and contype = 'p');
    time_column text := (select quote_ident(c.time_column) from series.catalog c where table_name::regclass = held);
begin
    return query execute format($sql$
        select (select to_jsonb(k) from (select %3$s) k), to_jsonb(held.whole), to_jsonb(other.whole), count(*) over ()
        from (select %3$s, whole from %1$s whole where $1 is null or %4$s >= $1 offset 0) held
        full join (select %3$s, whole from %2$s whole where $1 is null or %4$s >= $1 offset 0) other using (%3$s)
        where held.whole is distinct from other.whole
        order by %3$s limit $2
    $sql$, held, other, key_columns, coalesce(time_column, '$1')) using since, most;
end $$;
