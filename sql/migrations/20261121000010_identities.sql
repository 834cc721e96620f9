-- migrate:up
-- Who each device is to people, period by period: kept beside the tables that it is made of (domain.* and what
-- state.devices holds of listings), so that the live view need not join them for every vehicle on every call.
-- Written by state.refresh_identities alone, in the transaction that changes one of those tables.

create table state.identities (
    imei             text not null,
    valid_from       timestamptz not null,      -- -infinity: before any assignment
    valid_until      timestamptz not null,
    vehicle_id       bigint not null,           -- of the vehicle, or of the device where it is on none
    lifecycle        text not null,
    class_rank       smallint,
    plate            text not null,
    plate_key        text,
    driver           text,
    cost_centre      text,
    city             text,
    properties       text not null,             -- the GeoJSON properties that follow from these, without braces
    primary key (imei, valid_from)
);
create index on state.identities (vehicle_id);
create index on state.identities (cost_centre);

-- migrate:down
