-- An account that the walk of the vendor's tree came by. A new one is a candidate: not polled before an operator
-- says so. Gives its id.
create or replace function domain.note_found_account(found_code text, found_name text, parent text) returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into domain.accounts as held (code, name, parent_code, found_at)
    values (found_code, coalesce(nullif(found_name, ''), found_code), parent, clock_timestamp())
    on conflict (code) do update set
        name = case when held.name = held.code and held.name_as_of = '-infinity' then excluded.name else held.name end,
        parent_code = coalesce(excluded.parent_code, held.parent_code),
        found_at = coalesce(held.found_at, excluded.found_at)
    returning account_id;
$$;
