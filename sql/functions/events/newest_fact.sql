-- The number of the newest fact; 0: there is none.
create or replace function events.newest_fact() returns bigint
language sql stable as $$
    select coalesce((select last_id from events.parsed_spans order by bucket desc limit 1), 0);
$$;
