-- migrate:up
-- Days with teleports are few: whoever leaves these out finds at once that there is none.
create index on state.vehicle_days (vehicle_id, day) where suspects <> '{}';

-- migrate:down
