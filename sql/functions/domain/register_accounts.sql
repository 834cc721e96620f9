-- Vendor accounts as operators state them, and those that listings name: a listing may be folded before its account
-- was stated. Facts: account_set, device_listed.
create or replace function domain.register_accounts(
    fact_source regclass, first_after bigint, last_id bigint
) returns void
language sql as $$
    insert into domain.accounts (code, name)
    select distinct data->>'account', data->>'account'
    from events.facts(fact_source, first_after, last_id, '{device_listed}')
    where data ? 'account'
    order by 1
    on conflict (code) do nothing;
    select domain.tell_account(data->>'code', data->>'name', (data->>'polled')::boolean, occurred_at)
    from events.facts(fact_source, first_after, last_id, '{account_set}')
    order by id;
$$;
