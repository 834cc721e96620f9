-- The chunk of a series that holds all of [from_time, to_time]; null: none does. A native partition is found by its
-- name, because asking hundreds for their bounds takes longer than what it is to save; a TimescaleDB chunk, whose name
-- tells nothing, by the rows of these two times, for which the planner looks at no other chunk.
create or replace function series.chunk_of(target text, from_time timestamptz, to_time timestamptz) returns regclass
language plpgsql stable as $$
declare
    entry series.catalog := (select c from series.catalog c where c.table_name = target);
    holder regclass;
begin
    if series.engine() = 'timescale' then
        execute format('(select tableoid from %1$s where %2$I = %3$L limit 1) intersect '
                       '(select tableoid from %1$s where %2$I = %4$L limit 1)',
                       target, entry.time_column, from_time, to_time) into holder;
        return holder;
    end if;
    return (select p.partition from series.partitions(target) p
            where p.partition = to_regclass(series.partition_name(
                                    target, date_bin(entry.chunk, from_time, timestamptz '2000-01-03 00:00+00')))
              and p.lower_bound <= from_time and p.upper_bound > to_time);
end $$;
