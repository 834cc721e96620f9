-- Vendor accounts as operators state them, and those that listings name: a listing may be folded before its account
-- was stated. Facts: account_set, device_listed.
create or replace function domain.register_accounts(first_after bigint, last_id bigint) returns void
language sql as $$
    insert into domain.accounts (code, name)
    select distinct data->>'account', data->>'account' from events.parsed
    where id > first_after and id <= last_id and kind = 'device_listed' and data ? 'account'
    order by 1
    on conflict (code) do nothing;
    select domain.tell_account(data->>'code', data->>'name', (data->>'polled')::boolean, occurred_at)
    from events.parsed
    where id > first_after and id <= last_id and kind = 'account_set'
    order by id;
$$;
