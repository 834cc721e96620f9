-- migrate:up
-- What was known when. Of an instant the tables keep the winning statement alone; what was said of it before is asked
-- of the log, device by device, and so are the bodies that a device's word of some minute came in.
create index on events.parsed (imei, occurred_at);

-- Every statement of who a device is, when it reached us, and none of them lost to a later one. Field 'vehicle' is a
-- device's (the key is its IMEI, the value a plate), 'driver', 'cost_centre' and 'city' are a vehicle's (the key is its
-- plate, normalised). The greatest (holds_from, stated_at, value_id, value) holds; the value '' says: none.
create table domain.identity_statements (
    field       text not null,
    key         text not null,
    holds_from  timestamptz not null,
    stated_at   timestamptz not null,
    value_id    bigint not null,                -- the id of the vehicle or driver, else 0
    value       text not null,
    received_at timestamptz not null,           -- when it was said first
    raw_id      bigint not null,
    primary key (field, key, holds_from, stated_at, value_id, value)
);

-- What an installation of before knows: the statements that hold. A replay of the registry brings the others.
insert into domain.identity_statements
select 'vehicle', imei, valid_from, greatest(stated_at, valid_from), vehicle_id, coalesce(plate_key, ''),
       greatest(stated_at, valid_from), 0
from domain.device_assignments left join domain.vehicles using (vehicle_id)
union all
select 'driver', plate_key, valid_from, greatest(stated_at, valid_from), coalesce(driver_id, -1),
       coalesce(drivers.name, ''), greatest(stated_at, valid_from), 0
from domain.driver_assignments join domain.vehicles using (vehicle_id) left join domain.drivers using (driver_id)
union all
select field, plate_key, (told).as_of, (told).as_of, 0, coalesce((told).value, ''), (told).as_of, 0
from domain.vehicles
cross join lateral (values ('cost_centre', cost_centre), ('city', city)) of (field, told)
where (told).as_of is not null;

-- migrate:down
