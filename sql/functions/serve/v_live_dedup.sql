-- The rule of serve.fn_live_dedup as of now, for people with a SQL prompt.
create or replace view serve.v_live_dedup as select * from serve.fn_live_dedup(now());
