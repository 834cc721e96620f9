-- Vendor accounts as administrators see them, with the newest listing of each. Key: the code.
create or replace function serve.admin_accounts(as_of timestamptz)
returns table (key text, words text, item jsonb)
language sql stable as $$
    select account.code, concat_ws(' ', account.code, account.name),
           jsonb_build_object(
               'code', account.code, 'name', account.name, 'polled', account.polled,
               'devices', (select count(*) from domain.devices device where device.account_id = account.account_id),
               'newest_listing', (
                   select jsonb_build_object('run_at', run_at, 'listed', listed, 'believed', believed)
                   from serve.judged_listings(as_of) run
                   where run.account = account.code order by run_at desc, run_id desc limit 1))
    from domain.accounts account;
$$;
