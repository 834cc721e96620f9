-- Colour of a cost centre's palette slot (docs/pages.md); past fourteen they come round again.
create or replace function serve.palette_colour(slot integer) returns text
language sql immutable parallel safe as $$
    select coalesce((array['#1621FC', '#CFD285', '#1C4D04', '#25ACFD', '#008E55', '#D0928B', '#91679F', '#37E5D2',
                           '#086867', '#800185', '#966604', '#46BE0C', '#3970F1', '#593639'])[(slot - 1) % 14 + 1],
                    '#8B929C');
$$;
