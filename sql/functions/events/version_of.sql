-- The parser version that speaks for a raw row: the one that was applied last. Null: none yet, or long ago.
create or replace function events.version_of(raw bigint) returns smallint
language sql stable as $$
    select parser_version from events.ledger
    where action = 'applied' and int8range(after_id, up_to_id, '(]') @> raw
    order by entry_id desc limit 1;
$$;
