-- Whose code is whose, of those that were told: of two centres with one code the one it was told of later.
create or replace function domain.won_codes() returns table (name text, code text)
language sql stable as $$
    select distinct on ((told_code).value) name, (told_code).value from domain.cost_centres
    where (told_code).value is not null
    order by (told_code).value, (told_code).as_of desc, name;
$$;
