-- What a fact says of one field: a value, that it has none any more (`cleared` names it), or nothing (null).
create or replace function domain.told(data jsonb, field text, at timestamptz) returns state.known_text
language sql immutable parallel safe as $$
    select case when data ? field then row(data->>field, at)::state.known_text
                when data->'cleared' ? field then row(null, at)::state.known_text end;
$$;
