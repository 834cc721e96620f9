-- Where archiving goes on: the oldest chunk of the log that is due to leave and held by nothing but that it is not
-- archived, and the last row of it that is in a file. No row: nothing is to be archived.
create or replace function events.next_archive()
returns table (chunk_from timestamptz, chunk_to timestamptz, after_id bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select due.lower_bound, due.upper_bound,
           coalesce((select max(up_to_id) from events.archives
                     where chunk_from = due.lower_bound and chunk_to = due.upper_bound), 0)
    from series.due_chunks('events.raw') due
    where held = 'it is not archived'
    order by due.lower_bound limit 1;
$$;
