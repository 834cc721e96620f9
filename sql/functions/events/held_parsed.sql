-- Why facts of [lower_bound, upper_bound) must stay for now; null: every projector has folded them.
create or replace function events.held_parsed(lower_bound timestamptz, upper_bound timestamptz) returns text
language sql stable as $$
    select 'its facts are not folded by ' || string_agg(projector, ', ' order by projector)
    from events.cursors
    where exists (select from events.parsed where received_at >= lower_bound and received_at < upper_bound
                                              and id > position);
$$;
