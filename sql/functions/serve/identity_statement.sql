-- Of what had been said by known_at of one field of a device or vehicle, what holds at an instant; no row: nothing.
create or replace function serve.identity_statement(
    asked_field text, asked_key text, at timestamptz, known_at timestamptz
) returns table (value_id bigint, value text)
language sql stable as $$
    select value_id, value from domain.identity_statements
    where field = asked_field and key = asked_key and holds_from <= at and received_at <= known_at
    order by field desc, key desc, holds_from desc, stated_at desc, value_id desc, value desc limit 1;
$$;
