-- The facts of a range, of some kinds (null: all), as a chunk or any other relation like events.parsed has them.
create or replace function events.facts(
    fact_source regclass, after_id bigint, up_to_id bigint, kinds text[] default null
) returns setof events.parsed
language plpgsql stable as $$
begin
    return query execute format(
        'select * from %s where id > $1 and id <= $2 and ($3 is null or kind = any ($3))', fact_source)
        using after_id, up_to_id, kinds;
end $$;
