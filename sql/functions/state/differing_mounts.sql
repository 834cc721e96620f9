-- Where state.mounts is not what follows from the tables it is made of; as state.differences.
create or replace function state.differing_mounts(most integer)
returns table (key jsonb, held_row jsonb, other_row jsonb, differing bigint)
language sql stable as $$
    select jsonb_build_object('imei', imei, 'valid_from', valid_from), to_jsonb(held), to_jsonb(other),
           count(*) over ()
    from state.mounts held
    full join state.mounts_of(array(select device.imei from domain.devices device)) other using (imei, valid_from)
    where held is distinct from other
    order by imei, valid_from limit most;
$$;
