-- Why a device cannot go from one state of its lifecycle to another, as a sentence that says where it can go.
create or replace function domain.transition_refusal(reached text, wanted text) returns text
language sql stable as $$
    select format('A device that is %s cannot become %s. It can become: %s.', reached, wanted,
                  string_agg(to_state, ', ' order by to_state))
    from domain.lifecycle_transitions where from_state = reached;
$$;
