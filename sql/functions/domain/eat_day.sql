-- The day of people: East Africa Time, the same all year.
create or replace function domain.eat_day(at timestamptz) returns date
language sql immutable parallel safe as $$ select (at at time zone 'Africa/Nairobi')::date $$;
