-- A cost centre seen for the first time gets the next palette slot and a short code of its own.
create or replace function domain.register_cost_centre(centre text) returns void
language plpgsql as $$
begin
    insert into domain.cost_centres (name, code, slot)
    select centre, candidate, (select coalesce(max(slot), 0) + 1 from domain.cost_centres)
    from domain.code_candidates(centre) with ordinality as code (candidate, place)
    where not exists (select from domain.cost_centres where name = centre)
      and not exists (select from domain.cost_centres where code = candidate)
    order by place limit 1
    on conflict (name) do nothing;
end $$;
