-- Append-only by trigger, whoever asks: no UPDATE, no DELETE (rows of children included), no TRUNCATE.
-- The owner loses the right to TRUNCATE besides: a hypertable hands that on to each new chunk at once.
create or replace function series.forbid_changes(target regclass) returns void
language plpgsql as $$
begin
    execute format('create trigger append_only before update or delete on %s '
                   'for each row execute function series.refuse_change()', target);
    perform series.forbid_truncate(target);
    execute format('revoke truncate on %s from current_user', target);
end $$;
