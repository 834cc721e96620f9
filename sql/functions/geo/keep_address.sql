-- Keeps what was said of a cell. Of several answers the most precise stays, then the newest, then by source and text:
-- whatever the order they come in, the same one, and never a poorer one in place of a better.
create or replace function geo.keep_address(
    asked_cell bigint, said text, how_precise geo.address_precision, said_by text, said_at timestamptz
) returns void
language sql as $$
    insert into state.geocoded_positions as held (cell, address, precision, source, asked_at, last_asked_at)
    values (asked_cell, said, how_precise, said_by, said_at, said_at)
    on conflict (cell) do update set
        (address, precision, source, asked_at) = (
            select * from (values (held.address, held.precision, held.source, held.asked_at),
                                  (excluded.address, excluded.precision, excluded.source, excluded.asked_at))
                answer (address, precision, source, asked_at)
            order by precision desc, asked_at desc, source, address limit 1
        ),
        last_asked_at = greatest(held.last_asked_at, excluded.last_asked_at);
$$;
