-- The way of a device through its lifecycle, step by step in the order of time: its first good fix and what
-- operators stated. A step that is not allowed from where the device then stood is shown and not taken, so that
-- two operators who act at once come to the same end in any order of arrival.
create or replace function domain.lifecycle_steps(device text, first_good_fix_at timestamptz)
returns table (at timestamptz, from_state text, to_state text, stated_by text, reason text, taken boolean)
language plpgsql stable as $$
declare
    reached text := 'provisioned';
begin
    for at, to_state, stated_by, reason in
        select step.at, step.to_state, step.stated_by, step.reason from (
            select first_good_fix_at, 'active', 'first good fix', null where first_good_fix_at is not null
            union all
            select stated.stated_at, stated.to_state, stated.stated_by, stated.reason
            from domain.lifecycle_statements stated where stated.imei = device
        ) step (at, to_state, stated_by, reason)
        order by step.at, step.to_state, step.stated_by
    loop
        from_state := reached;
        taken := case when stated_by = 'first good fix' then reached = 'provisioned'
                      else exists (select from domain.lifecycle_transitions allowed
                                   where allowed.from_state = reached and allowed.to_state = lifecycle_steps.to_state) end;
        if taken then
            reached := to_state;
            return next;
        elsif stated_by <> 'first good fix' then
            return next;
        end if;
    end loop;
end $$;
