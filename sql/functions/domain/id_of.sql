-- A stable id made of a natural key: 52 bits, so that every JSON reader holds it exactly.
create or replace function domain.id_of(kind text, natural_key text) returns bigint
language sql immutable parallel safe as $$
    select ('x' || substr(md5(kind || ':' || natural_key), 1, 13))::bit(52)::bigint;
$$;
