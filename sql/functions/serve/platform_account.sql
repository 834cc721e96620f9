-- The account of everything that no vendor account sends: operators, imports, rosters.
create or replace function serve.platform_account() returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select account_id from domain.accounts where code = 'platform';
$$;
