-- Statement triggers are not inherited, so each child gets its own.
create or replace function series.forbid_truncate(target regclass) returns void
language plpgsql as $$
begin
    execute format('create trigger append_only_truncate before truncate on %s '
                   'for each statement execute function series.refuse_change()', target);
end $$;
