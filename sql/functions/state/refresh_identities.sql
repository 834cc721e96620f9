-- Brings state.identities and state.mounts of some devices up to date. One transaction at a time: each sees what those before it
-- have changed, so that two that change one device from two sides do not overwrite each other.
create or replace function state.refresh_identities(imeis text[]) returns void
language plpgsql as $$
begin
    if cardinality(imeis) > 0 then
        perform pg_advisory_xact_lock(4201, 4);
        delete from state.identities where imei = any (imeis);
        insert into state.identities select * from state.identities_of(imeis);
        perform state.refresh_mounts(imeis);
    end if;
end $$;
