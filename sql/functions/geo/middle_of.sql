-- The place in the middle of a cell: all that a geocoder is told.
create or replace function geo.middle_of(cell bigint, out lat double precision, out lon double precision)
language sql immutable parallel safe as $$
    select (cell / 1000000 - 180000) / 2000.0::double precision,
           (cell % 1000000 - 360000) / 2000.0::double precision;
$$;
