-- Where a device stood in its lifecycle at an instant; good_at as serve.first_good_fix gives it.
create or replace function serve.past_lifecycle(device text, good_at timestamptz, at timestamptz)
returns table (lifecycle text)
language sql stable as $$
    select case
        when exists (select from domain.lifecycle_statements where imei = device) then coalesce(
            (select step.to_state from domain.lifecycle_steps(device, good_at) with ordinality
                 step (stepped_at, from_state, to_state, stated_by, reason, taken, place)
             where taken and stepped_at <= past_lifecycle.at order by place desc limit 1), 'provisioned')
        when good_at is null then 'provisioned'
        else 'active' end;
$$;
