-- The key that plates are matched by: upper case, without spaces, hyphens, dots. Blank gives null.
create or replace function serve.normalize_plate(plate text) returns text
language sql immutable parallel safe as $$
    select nullif(upper(regexp_replace(plate, '[[:space:]\u00a0\u2007\u202f\u2010-\u2015._/-]+', '', 'g')), '');
$$;
