-- What was stated of a vendor account at an instant; what is left out (null) stays as it was. Of two statements
-- the later holds. Without a name a new account is called by its code.
create or replace function domain.tell_account(
    account text, told_name text, told_polled boolean, at timestamptz
) returns void
language sql as $$
    insert into domain.accounts as held (code, name, name_as_of, polled, polled_as_of)
    values (account, coalesce(told_name, account), case when told_name is null then '-infinity' else at end,
            coalesce(told_polled, false), case when told_polled is null then '-infinity' else at end)
    on conflict (code) do update set
        name = case when (at, told_name) > (held.name_as_of, held.name) then told_name else held.name end,
        name_as_of = case when (at, told_name) > (held.name_as_of, held.name) then at else held.name_as_of end,
        polled = case when (at, told_polled) > (held.polled_as_of, held.polled) then told_polled
                      else held.polled end,
        polled_as_of = case when (at, told_polled) > (held.polled_as_of, held.polled) then at
                            else held.polled_as_of end
    where told_name is not null or told_polled is not null;
$$;
