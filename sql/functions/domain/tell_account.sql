-- What was stated of a vendor account at an instant; what is left out (null) stays as it was. Of two statements
-- the later holds. Without a name a new account is called by its code.
create or replace function domain.tell_account(
    account text, told_name text, told_polled boolean, at timestamptz
) returns void
language sql as $$
    insert into domain.accounts (code, name) values (account, account) on conflict (code) do nothing;
    update domain.accounts set (name, name_as_of) = (told_name, at)
    where code = account and told_name is not null and (at, told_name) > (name_as_of, name);
    update domain.accounts set (polled, polled_as_of) = (told_polled, at)
    where code = account and told_polled is not null and (at, told_polled) > (polled_as_of, polled);
$$;
