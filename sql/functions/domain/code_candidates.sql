-- Short codes for a name, best first: initials of its words, its first letters, then numbered ones.
create or replace function domain.code_candidates(centre text) returns setof text
language sql immutable as $$
    with words as (
        select upper(word) as word, place
        from regexp_split_to_table(regexp_replace(centre, '[^[:alnum:]]+', ' ', 'g'), ' +')
             with ordinality as split (word, place)
        where word <> ''
    ), letters as (
        select coalesce(left(string_agg(left(word, 1), '' order by place), 3), '') as initials,
               coalesce(left(string_agg(word, '' order by place), 3), '') as start
        from words
    )
    select initials from letters where length(initials) >= 2
    union all select start from letters where length(start) >= 2
    union all select left(coalesce(nullif(start, ''), 'C'), 1) || number
              from letters, generate_series(1, 999) as number;
$$;
