-- serve.fleet_at_text for whoever wants a value of type json; the gateway passes the text on unread.
-- Errors: invalid_parameter_value for a filter that does not exist, or an instant of which nothing is kept.
create or replace function serve.fn_fleet_at(
    at timestamptz, known_at timestamptz default null, filters jsonb default '{}', viewer bigint default null
) returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select serve.fleet_at_text(at, known_at, filters, viewer)::json;
$$;
