-- Is a device's fix of that instant a teleport, by what came after it? state.vehicle_days says so.
create or replace function state.is_suspect(vehicle bigint, device text, fix_at timestamptz) returns boolean
language sql stable as $$
    select exists (
        select from state.vehicle_days
        where vehicle_id = vehicle and day = domain.eat_day(fix_at) and suspects <> '{}'
          and fix_at = any (suspects) and device = any (imeis));
$$;
