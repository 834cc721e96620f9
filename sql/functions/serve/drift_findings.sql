-- Findings as the API gives them, newest first; null filters choose all.
create or replace function serve.drift_findings(
    states text[] default null, kinds text[] default null, topics text[] default null,
    before_id bigint default null, page_size integer default 100
) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select to_jsonb(found) from drift.findings found
    where (states is null or state = any(states))
      and (kinds is null or kind = any(kinds))
      and (topics is null or topic = any(topics))
      and (before_id is null or finding_id < before_id)
    order by finding_id desc
    limit page_size;
$$;
