-- What became of an operator's statement in the log: `folded` once every table that follows from it says so, and
-- `refusal` where the parser could not read it.
create or replace function serve.fn_statement_fate(event_id bigint, out folded boolean, out refusal text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with event as (
        select id, received_at from events.raw where id = event_id
    ), facts as (
        select max(parsed.id) as last_id from events.parsed join event using (received_at) where raw_id = event.id
    )
    select (select handed_out from events.frontiers where stage = 'parse') >= event_id
           and not exists (select from events.claims
                           where stage = 'parse' and after_id < event_id and up_to_id >= event_id)
           and (select position from events.cursors where projector = 'registry')
               >= coalesce((select last_id from facts), 0),
           (select detail from events.rejected join event using (received_at) where raw_id = event.id limit 1);
$$;
