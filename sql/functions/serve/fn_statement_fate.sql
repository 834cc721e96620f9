-- What became of an operator's statement in the log: `folded` once every table that follows from it says so, and
-- `refusal` where the parser could not read it.
create or replace function serve.fn_statement_fate(event_id bigint, out folded boolean, out refusal text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with event as materialized (
        select received_at as at from events.raw where id = event_id
    )
    select (select handed_out from events.frontiers where stage = 'parse') >= event_id
           and not exists (select from events.claims
                           where stage = 'parse' and after_id < event_id and up_to_id >= event_id)
           and (select position from events.cursors where projector = 'registry')
               >= coalesce((select max(id + 0) from events.parsed    -- + 0: by its key, not from the end
                            where received_at = (select at from event) and raw_id = event_id), 0),
           (select detail from events.rejected
            where received_at = (select at from event) and raw_id = event_id limit 1);
$$;
