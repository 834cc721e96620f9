-- migrate:up
-- Where in time the facts of a run of numbers lie: bucket = id >> 14. Projectors go by number and the log is cut by
-- time, so this tells which of its chunks they need. Kept by whoever writes events.parsed: events.note_facts.
create table events.parsed_spans (
    bucket            bigint primary key,
    last_id           bigint not null,
    first_received_at timestamptz not null,
    last_received_at  timestamptz not null
) with (fillfactor = 50);                       -- the newest bucket is written with every batch of facts
insert into series.retention (table_name, keep, time_column, outlives)
values ('events.parsed_spans', '400 days', 'last_received_at', '{events.parsed}');

-- What comes meanwhile events.note_newest_facts adds.
insert into events.parsed_spans
select id >> 14, max(id), min(received_at), max(received_at) from events.parsed group by id >> 14;

-- migrate:down
