-- migrate:up
-- Marks of vehicle-days that workers have dealt with while the tables of vehicle-days were being built anew: to be
-- folded into those as well. Empty otherwise.
create table events.days_refolded (
    day        date not null,
    imei       text not null,
    vehicle_id bigint not null,
    primary key (day, imei, vehicle_id)
);

insert into series.retention (table_name, bounded_by) values
    ('events.days_refolded', 'one row a mark during a rebuild of vehicle-days; empty otherwise');

-- migrate:down
