-- An instant as people and programs both read it: ISO 8601, UTC, to the second.
create or replace function serve.iso(at timestamptz) returns text
language sql stable as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
$$;
