-- Which statement of the same instant is believed: what the device pushed over what was polled.
create or replace function events.source_rank(source text) returns smallint
language sql immutable parallel safe as $$
    select case source when 'jimi.push' then 2 when 'jimi.poll' then 1 else 0 end::smallint;
$$;
