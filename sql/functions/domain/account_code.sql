-- The vendor's name of an account: its number says only when it came.
create or replace function domain.account_code(account integer) returns text
language sql stable as $$
    select code from domain.accounts where account_id = account;
$$;
