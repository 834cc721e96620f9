-- Those of the raw rows that no parser is through with: behind the frontier or under somebody's claim.
create or replace function events.still_waiting(raw_ids bigint[]) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select raw_id from unnest(raw_ids) raw_id
    where raw_id > (select handed_out from events.frontiers where stage = 'parse')
       or exists (select from events.claims
                  where stage = 'parse' and raw_id > after_id and raw_id <= up_to_id)
    order by raw_id;
$$;
