-- Every cost centre that was told a code has it, unless another won it; who had that one before gets another, made of
-- its name.
create or replace function domain.settle_codes() returns void
language plpgsql as $$
declare
    loser text;
begin
    for loser in
        select held.name from domain.cost_centres held
        join domain.won_codes() won on won.code = held.code and won.name <> held.name
        where held.name not in (select name from domain.won_codes())
        order by held.name
    loop
        update domain.cost_centres set code = (
            select candidate from domain.code_candidates(loser) with ordinality as listed (candidate, place)
            where candidate not in (select code from domain.cost_centres union all select code from domain.won_codes())
            order by place limit 1)
        where name = loser;
    end loop;
    update domain.cost_centres held set code = won.code
    from domain.won_codes() won where won.name = held.name and won.code <> held.code;
end $$;
