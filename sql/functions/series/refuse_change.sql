-- Trigger: the log is append-only. Rows leave a plain table of it by series.delete_next, which follows what is declared
-- in series.retention; a body is masked by events.erase_raw, which notes it; and nothing is changed by any other
-- statement, whoever gives it.
create or replace function series.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    callers text;
begin
    get diagnostics callers = pg_context;
    if tg_op = 'DELETE' and callers ~ 'function series\.delete_next\(text,integer\)' then
        return old;
    elsif tg_op = 'UPDATE' and callers ~ 'function events\.erase_raw\(bigint,' then
        return new;
    end if;
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'insufficient_privilege',
              hint = 'old rows leave through the owner''s retention function alone';
end $$;
