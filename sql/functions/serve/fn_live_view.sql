-- serve.live_view_text for whoever wants a value of type json; the gateway passes the text on unread.
-- Errors: invalid_parameter_value for a filter that does not exist.
create or replace function serve.fn_live_view(
    filters jsonb, viewer bigint default null, as_of timestamptz default now()
) returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select serve.live_view_text(filters, viewer, as_of)::json;
$$;
