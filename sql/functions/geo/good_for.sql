-- How long an answer holds before the same place is asked about again. Streets keep their names; what was coarse or
-- empty may have been mapped since.
create or replace function geo.good_for(known geo.address_precision) returns interval
language sql immutable parallel safe as $$
    select case known when 'street' then interval '365 days' else interval '90 days' end;
$$;
