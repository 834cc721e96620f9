-- Vendor accounts as operators state them. Facts: account_set.
create or replace function domain.register_accounts(first_after bigint, last_id bigint) returns void
language sql as $$
    select domain.tell_account(data->>'code', data->>'name', (data->>'polled')::boolean, occurred_at)
    from events.parsed
    where id > first_after and id <= last_id and kind = 'account_set'
    order by id;
$$;
