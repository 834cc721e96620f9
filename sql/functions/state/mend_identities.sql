-- Brings up to date the devices whose identities or mounts are not what follows from the tables they are made of;
-- returns how many there were.
create or replace function state.mend_identities() returns integer
language plpgsql as $$
declare
    imeis text[];
begin
    perform pg_advisory_xact_lock(4201, 4);   -- before looking: as state.refresh_identities
    imeis := array(select key->>'imei' from state.differing_identities(null)
                   union select key->>'imei' from state.differing_mounts(null));
    perform state.refresh_identities(imeis);
    return cardinality(imeis);
end $$;
