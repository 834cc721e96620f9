-- Functions that no file makes any more. Run in the transaction that has just replayed every file: what it
-- did not write is left over from an earlier version. Fails, changing nothing, where something still uses one.
do $$
declare
    stale record;
begin
    for stale in
        select oid::regprocedure as signature, case prokind when 'a' then 'aggregate' else 'function' end as kind
        from pg_catalog.pg_proc
        where xmin <> pg_current_xact_id()::xid
          and pronamespace::regnamespace::text in ('events', 'state', 'domain', 'slo', 'serve', 'auth', 'series',
                                               'drift', 'geo')
    loop
        execute format('drop %s %s', stale.kind, stale.signature);
    end loop;
end $$;
