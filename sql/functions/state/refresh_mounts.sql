-- Brings state.mounts of some devices up to date and marks the vehicle-days that this alters, whatever fixes they
-- have. Called by state.refresh_identities, one transaction at a time; folds of vehicle-days wait for it and it for them.
create or replace function state.refresh_mounts(imeis text[]) returns void
language plpgsql as $$
declare
    held state.mounts[] := array(select mount from state.mounts mount where imei = any (imeis));
    fresh state.mounts[] := array(select mount from state.mounts_of(imeis) mount);
    altered text[] := array(
        select distinct imei from (
            (select * from unnest(held) except select * from unnest(fresh))
            union all
            (select * from unnest(fresh) except select * from unnest(held))) mount);
begin
    if cardinality(altered) = 0 then
        return;
    end if;
    with before as (
        select * from state.mount_days(array(select mount from unnest(held) mount where imei = any (altered)))
    ), after as (
        select * from state.mount_days(array(select mount from unnest(fresh) mount where imei = any (altered)))
    ), differing as (
        (table before except table after) union all (table after except table before)
    )
    insert into events.days_to_fold as waiting (day, vehicle_id)
    select distinct day, vehicle_id from differing
    on conflict (day, imei, vehicle_id) do update set mark = waiting.mark + 1;
    delete from state.mounts where imei = any (altered);
    insert into state.mounts select * from unnest(fresh) where imei = any (altered);
end $$;
