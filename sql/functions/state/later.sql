-- Of two known values the later one; of two of one instant the greater. Nothing known loses;
-- a text that is known to be none (an operator cleared it) counts as the empty one.
create or replace function state.later(held state.known_text, told state.known_text)
returns state.known_text language sql immutable parallel safe as $$
    select case when (told).as_of is null
                  or ((held).as_of, coalesce((held).value, '')) >= ((told).as_of, coalesce((told).value, ''))
                then held else told end;
$$;
create or replace function state.later(held state.known_flag, told state.known_flag)
returns state.known_flag language sql immutable parallel safe as $$
    select case when (told).as_of is null or ((held).as_of, (held).value) >= ((told).as_of, (told).value)
                then held else told end;
$$;
create or replace function state.later(held state.known_number, told state.known_number)
returns state.known_number language sql immutable parallel safe as $$
    select case when (told).as_of is null or ((held).as_of, (held).value) >= ((told).as_of, (told).value)
                then held else told end;
$$;
