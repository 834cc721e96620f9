-- When a day of people begins.
create or replace function domain.eat_midnight(day date) returns timestamptz
language sql immutable parallel safe as $$ select day::timestamp at time zone 'Africa/Nairobi' $$;
