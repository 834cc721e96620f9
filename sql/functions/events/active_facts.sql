-- The facts that count: those of the parser version that speaks for their raw row, by the ledger's last word.
-- Rebuilds read it; while nothing was ever superseded it costs next to nothing.
create or replace view events.active_facts as
    select * from events.parsed fact
    where (select count(*) = 0 from events.ledger where action = 'superseded') or not exists (
        select from events.ledger superseded
        where action = 'superseded' and parser_version = fact.parser_version
          and after_id < fact.raw_id and up_to_id >= fact.raw_id
          and not exists (
              select from events.ledger later
              where later.entry_id > superseded.entry_id and later.action = 'applied'
                and later.parser_version = superseded.parser_version
                and int8range(later.after_id, later.up_to_id, '(]') @> fact.raw_id));
