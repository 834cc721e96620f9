-- What hangs on a table by its number and would stay with it when another takes its name: views, functions with the
-- table in a default or a parsed body, triggers, grants. As statements that make them anew by name, `locked` the
-- views among them.
create or replace function series.dependents(target regclass)
returns table (locked regclass, statement text)
language sql stable as $$
    with users as (
        select distinct classid, objid from pg_catalog.pg_depend
        where refclassid = 'pg_class'::regclass and refobjid = target
    )
    select viewed.oid::regclass,
           format('create or replace view %s %s as %s', viewed.oid::regclass,
                  'with (' || array_to_string(viewed.reloptions, ', ') || ')', pg_get_viewdef(viewed.oid))
    from users
    join pg_catalog.pg_rewrite rule on users.classid = 'pg_rewrite'::regclass and rule.oid = users.objid
    join pg_catalog.pg_class viewed on viewed.oid = rule.ev_class and viewed.relkind = 'v'
    union all
    select null, pg_get_functiondef(objid) from users where classid = 'pg_proc'::regclass
    union all
    select null, pg_get_triggerdef(oid) from pg_catalog.pg_trigger
    where tgrelid = target and not tgisinternal and tgname <> 'ts_insert_blocker'
    union all
    select null, format('grant %s on %s to %s', privilege_type, target,
                        case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end)
    from pg_catalog.pg_class cross join aclexplode(relacl)
    where oid = target and grantee <> relowner;
$$;
