-- When the oldest rows of a declared table are from: of a series the beginning of its first chunk with rows.
create or replace function series.oldest(target text) returns timestamptz
language plpgsql stable as $$
declare
    age text := (select time_column from series.retention where table_name = target);
    candidate record;
    found_rows boolean;
    oldest timestamptz;
begin
    if age is not null then
        execute format('select min(%I)::timestamptz from %s', age, target::regclass) into oldest;
        return oldest;
    end if;
    for candidate in select * from series.chunks(target) order by lower_bound loop
        execute format('select exists (select from %s)', candidate.chunk) into found_rows;
        if found_rows then
            return candidate.lower_bound;
        end if;
    end loop;
    return null;
end $$;
