-- The raw rows (after_id, up_to_id] that were received in [from_time, to_time), as far as a parser is through with
-- them. Null: there are none.
create or replace function events.reparse_span(
    from_time timestamptz, to_time timestamptz, out after_id bigint, out up_to_id bigint
) language sql stable as $$
    select min(id) - 1,
           least(max(id), (select handed_out from events.frontiers where stage = 'parse'),
                 (select min(claims.after_id) from events.claims where stage = 'parse'))
    from events.raw where received_at >= from_time and received_at < to_time;
$$;
