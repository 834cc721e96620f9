-- Asks a worker to parse a raw row again; whoever asks is noted. Gives the number of the request, or why not:
-- there is no such row, or no parser is through with it yet.
create or replace function auth.ask_reparse(
    row_id bigint, who text, to_apply boolean, out request bigint, out refusal text
) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    refusal := case when not exists (select from events.raw where id = row_id) then 'no_such_row'
                    when exists (select from events.still_waiting(array[row_id])) then 'still_waiting' end;
    insert into auth.access_log (username, action, outcome, detail)
    values (who, 'reparse', coalesce(refusal, 'ok'), jsonb_build_object('raw_id', row_id, 'apply', to_apply));
    delete from events.reparse_requests where asked_at < clock_timestamp() - interval '1 hour';
    if refusal is null then
        insert into events.reparse_requests (raw_id, apply, asked_by) values (row_id, to_apply, who)
        returning request_id into request;
        perform pg_notify('events_reparse', '');
    end if;
end $$;
