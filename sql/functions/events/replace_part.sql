-- Puts the rows of a part that was built in schema `scratch` in the place of the live table's: those of device times
-- in [from_time, to_time) and of some devices; null means all. The projector is fenced meanwhile, and what came since
-- `folded` is folded first. Returns how many rows went and came.
create or replace function events.replace_part(
    target text, projector_name text, folded bigint, from_time timestamptz, to_time timestamptz, imeis text[],
    out removed bigint, out inserted bigint
) language plpgsql as $$
declare
    part text := 'scratch.' || split_part(target, '.', 2);
    time_column text := (select c.time_column from series.catalog c where table_name = target);
    up_to_id bigint;
begin
    set local lock_timeout = '10s';
    perform series.unbound_changes();
    select position into strict up_to_id from events.cursors where projector = projector_name for update;
    execute format('select state.%I($1, $2, $3, $4)', 'project_' || split_part(target, '.', 2))
        using folded, up_to_id, part::regclass, 'scratch.facts'::regclass;
    execute format('delete from %s where ($3 is null or imei = any ($3))', target)
        || coalesce(' and ($1 is null or ' || quote_ident(time_column) || ' >= $1)'
                    ' and ($2 is null or ' || quote_ident(time_column) || ' < $2)', '')
        using from_time, to_time, imeis;
    get diagnostics removed = row_count;
    execute format('insert into %s select * from %s', target, part);
    get diagnostics inserted = row_count;
    update events.cursors set epoch = epoch + 1 where projector = projector_name;
    if target = 'state.devices' then
        perform state.refresh_identities(coalesce(imeis, array(select imei from domain.devices)));
    elsif target = 'state.position_history' then
        perform events.mark_days(imeis, from_time, to_time);
    end if;
end $$;
