-- One page of what administrators see of a kind (vehicles, devices, drivers, accounts, cost_centres, cities), in the
-- order of keys: {items, total}. `search`: any part of what is shown, in any case; empty for all.
create or replace function serve.fn_admin_page(
    kind text, search text, max_items integer, skip integer, as_of timestamptz default now()
) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    page jsonb;
begin
    execute format($sql$
        with found as (
            select key, item from serve.%I($1) where position(lower($2) in lower(words)) > 0
        ), page as (
            select key, item from found order by key collate "C" limit $3 offset $4
        )
        select jsonb_build_object(
            'total', (select count(*) from found),
            'items', coalesce((select jsonb_agg(item order by key collate "C") from page), '[]'))
    $sql$, 'admin_' || kind) into page using as_of, search, max_items, skip;
    return page;
end $$;
