-- The cell of a place: squares of 0.0005 degrees (55 m on the equator), around the places that have whole multiples.
-- Fine enough that its middle, which alone is asked about, is at most 39 m away: within the error of a fix and the
-- width of a road. Coarse enough that a yard is a question or two, and that no question tells a gate or a bay.
create or replace function geo.cell_of(lat double precision, lon double precision) returns bigint
language sql immutable parallel safe as $$
    select (round(lat * 2000)::bigint + 180000) * 1000000 + round(lon * 2000)::bigint + 360000;
$$;
