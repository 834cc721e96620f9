-- Where a device stands in its lifecycle: at the end of the last step that it took.
create or replace function domain.lifecycle_of(device text, first_good_fix_at timestamptz) returns text
language sql stable as $$
    select coalesce((
        select (array_agg(to_state))[count(*)::integer] from domain.lifecycle_steps(device, first_good_fix_at) where taken
    ), 'provisioned');
$$;
