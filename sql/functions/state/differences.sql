-- In which rows two tables of one shape differ, by the key of the first; a side that has no such row is null. `most`
-- of them at most, each with the number of all. `since`: rows of earlier device times are not compared. Each side is
-- read apart, hence the offsets: whole rows of compressed chunks cannot be joined.
create or replace function state.differences(held regclass, other regclass, since timestamptz, most integer)
returns table (key jsonb, held_row jsonb, other_row jsonb, differing bigint)
language plpgsql stable as $$
declare
    key_columns text := state.key_columns(held);
    time_column text := coalesce(
        (select quote_ident(c.time_column) from series.catalog c where table_name::regclass = held),
        (select quote_ident(r.time_column) from series.retention r where table_name = held::text), '$1');
begin
    return query execute format($sql$
        select (select to_jsonb(k) from (select %3$s) k), to_jsonb(held.whole), to_jsonb(other.whole), count(*) over ()
        from (select %3$s, whole from %1$s whole where $1 is null or %4$s >= $1 offset 0) held
        full join (select %3$s, whole from %2$s whole where $1 is null or %4$s >= $1 offset 0) other using (%3$s)
        where held.whole is distinct from other.whole
        order by %3$s limit $2
    $sql$, held, other, key_columns, time_column) using since, most;
end $$;
