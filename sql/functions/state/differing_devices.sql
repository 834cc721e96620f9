-- The devices of which another table of the shape of state.devices tells people something else.
create or replace function state.differing_devices(other regclass) returns text[]
language plpgsql stable as $$
declare
    imeis text[];
begin
    execute format($sql$
        select array_agg(imei) from state.devices held full join %s other using (imei)
        where (held.name, held.plate, held.driver, held.model)
              is distinct from (other.name, other.plate, other.driver, other.model)
    $sql$, other) into imeis;
    return imeis;
end $$;
