-- migrate:up
-- From when on the rows of a claim were received, so that those who read them by number look at those days alone;
-- epoch: they may be of any day.
alter table events.frontiers add column handed_out_at timestamptz not null default 'epoch'; -- of the last row
alter table events.claims add column since timestamptz not null default 'epoch';

-- migrate:down
