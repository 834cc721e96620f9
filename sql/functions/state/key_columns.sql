-- The columns of a table's key, as a list to put into a statement.
create or replace function state.key_columns(held regclass) returns text
language sql stable as $$
    select string_agg(quote_ident(attname), ', ' order by place)
    from pg_catalog.pg_constraint
    cross join unnest(conkey) with ordinality as part (attnum, place)
    join pg_catalog.pg_attribute on attrelid = conrelid and pg_attribute.attnum = part.attnum
    where conrelid = held and contype = 'p';
$$;
