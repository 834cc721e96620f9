-- migrate:up
-- Facts that a projector could not fold: what is wrong with them costs their neighbours nothing, and they are folded
-- when that has been mended.
create table events.set_aside (
    projector   text not null references events.cursors (projector),
    fact_id     bigint not null,
    raw_id      bigint not null,
    received_at timestamptz not null,           -- of the raw row
    item        integer not null,
    kind        text not null,
    imei        text,
    error       text not null,                  -- what the database said when it was last tried
    tried_at    timestamptz not null,
    primary key (projector, fact_id)
);
insert into series.retention (table_name, keep, time_column) values ('events.set_aside', '400 days', 'received_at');

-- migrate:down
