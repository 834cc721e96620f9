-- The chunk of a series that holds all of [from_time, to_time]; null: none does. A native partition is found by its
-- name, because asking hundreds for their bounds takes longer than what it is to save.
create or replace function series.chunk_of(target text, from_time timestamptz, to_time timestamptz) returns regclass
language plpgsql stable as $$
declare
    width interval := (select c.chunk from series.catalog c where c.table_name = target);
begin
    if series.engine() = 'timescale' then
        return (select c.chunk from series.chunks(target) c
                where c.lower_bound <= from_time and c.upper_bound > to_time);
    end if;
    return (select p.partition from series.partitions(target) p
            where p.partition = to_regclass(series.partition_name(
                                    target, date_bin(width, from_time, timestamptz '2000-01-03 00:00+00')))
              and p.lower_bound <= from_time and p.upper_bound > to_time);
end $$;
