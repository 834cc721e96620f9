-- The next numbers that may have facts, (after_id, up_to_id], at most so many; nulls: nothing is new. Buckets without
-- any fact are left out at once: the log may begin far behind a cursor that begins.
create or replace function events.next_range(
    seen_id bigint, max_facts integer, out after_id bigint, out up_to_id bigint
) language sql stable as $$
    select start, least(start + max_facts, newest)
    from events.newest_fact() newest
    cross join lateral (
        select greatest(seen_id, (bucket << 14) - 1) as start from events.parsed_spans
        where bucket >= (seen_id + 1) >> 14 order by bucket limit 1) first_bucket
    where newest > seen_id;
$$;
