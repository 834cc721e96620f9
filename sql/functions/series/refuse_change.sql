-- Trigger: the log is append-only.
create or replace function series.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '%.% is append-only: % refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'insufficient_privilege',
              hint = 'old rows leave through the owner''s retention function alone';
end $$;
