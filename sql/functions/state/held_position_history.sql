-- Why fixes of [lower_bound, upper_bound) must stay for now; null: the days of their devices are folded.
create or replace function state.held_position_history(lower_bound timestamptz, upper_bound timestamptz) returns text
language sql stable as $$
    select 'days of its vehicles wait to be folded'
    where exists (select from events.days_to_fold
                  where day between domain.eat_day(lower_bound) and domain.eat_day(upper_bound));
$$;
