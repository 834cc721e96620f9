-- migrate:up
-- Failed logins are counted from the access log, for names that nobody has as well: an answer must not tell
-- which names exist. What the accounts counted themselves goes.
alter table auth.accounts drop column failed_logins, drop column locked_until;
create index on auth.access_log (username, at) where action = 'login';

-- migrate:down
