-- The rejections that count, as events.active_facts.
create or replace view events.active_rejections as
    select * from events.rejected refused
    where (select count(*) = 0 from events.ledger where action = 'superseded') or not exists (
        select from events.ledger superseded
        where action = 'superseded' and parser_version = refused.parser_version
          and after_id < refused.raw_id and up_to_id >= refused.raw_id
          and not exists (
              select from events.ledger later
              where later.entry_id > superseded.entry_id and later.action = 'applied'
                and later.parser_version = superseded.parser_version
                and int8range(later.after_id, later.up_to_id, '(]') @> refused.raw_id));
