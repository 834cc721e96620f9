-- Applying retention is one process's business at a time: is it `whose` now, for `lease`? Asking again renews it.
create or replace function series.take_retention(whose uuid, lease interval default '5 minutes') returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with taken as (
        update series.retention_lease set holder = whose, lease_until = clock_timestamp() + lease
        where holder = whose or lease_until < clock_timestamp()
        returning 1
    )
    select exists (select from taken);
$$;
