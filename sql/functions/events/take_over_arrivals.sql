-- What facts do not say of the registry is taken over from the live tables into those beside, so that whatever still
-- differs is wrong: numbers of accounts, what nobody stated of one or stated later than the facts that are folded, and
-- accounts that no fact names; palette slots and codes of cost centres, which were dealt as their names came.
create or replace function events.take_over_arrivals() returns void
language plpgsql as $$
begin
    update beside.devices device set account_id = live.account_id
    from beside.accounts account join domain.accounts live using (code)
    where account.account_id = device.account_id and live.account_id <> account.account_id;

    update beside.accounts account set
        account_id = live.account_id, created_at = live.created_at,
        parent_code = live.parent_code, found_at = live.found_at,
        name = case when account.name_as_of = '-infinity' or live.name_as_of > account.name_as_of
                    then live.name else account.name end,
        name_as_of = greatest(account.name_as_of, live.name_as_of),
        polled = case when account.polled_as_of = '-infinity' or live.polled_as_of > account.polled_as_of
                      then live.polled else account.polled end,
        polled_as_of = greatest(account.polled_as_of, live.polled_as_of)
    from domain.accounts live where live.code = account.code;
    insert into beside.accounts select * from domain.accounts where code not in (select code from beside.accounts);

    alter table beside.cost_centres rename to told_centres;
    create table beside.cost_centres (like domain.cost_centres including all);
    insert into beside.cost_centres (name, code, slot)
    select name, live.code, live.slot from domain.cost_centres live join beside.told_centres using (name);
    perform beside.register_cost_centre(name) from (select name from beside.told_centres order by slot) told;
    update beside.cost_centres centre set told_code = told.told_code
    from beside.told_centres told where told.name = centre.name and told.told_code is distinct from centre.told_code;
    perform beside.settle_codes();
end $$;
