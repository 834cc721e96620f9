-- What administrators see of one thing, by its key; null when there is none. Plates are normalised.
create or replace function serve.fn_admin_item(kind text, wanted text, as_of timestamptz default now()) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_item jsonb;
begin
    execute format('select item from serve.%I($1) where key = $2', 'admin_' || kind)
    into found_item
    using as_of, case kind when 'vehicles' then serve.normalize_plate(wanted) else wanted end;
    return found_item;
end $$;
