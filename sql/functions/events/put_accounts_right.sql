-- As events.put_right for domain.accounts, whose numbers stand in the log: rows come and are changed, none goes.
create or replace function events.put_accounts_right(out removed bigint, out inserted bigint)
language plpgsql as $$
begin
    insert into domain.accounts (code, name)
    select code, name from beside.accounts where code not in (select code from domain.accounts)
    on conflict (code) do nothing;   -- whom cron has come by meanwhile
    get diagnostics inserted = row_count;
    perform events.take_over_arrivals();
    update domain.accounts live
    set (name, name_as_of, polled, polled_as_of) = (told.name, told.name_as_of, told.polled, told.polled_as_of)
    from beside.accounts told where told.code = live.code and live is distinct from told;
    get diagnostics removed = row_count;
    inserted := inserted + removed;
end $$;
