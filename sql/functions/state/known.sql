-- A known text, or null where nothing was told.
create or replace function state.known(value text, as_of timestamptz) returns state.known_text
language sql immutable parallel safe as $$
    select case when value is not null then row(value, as_of)::state.known_text end;
$$;
