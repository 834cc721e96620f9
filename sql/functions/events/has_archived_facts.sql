-- Does rebuild.archived_facts hold what a replay of before made of just that? It is unlogged: after a crash of the server
-- it is empty, and the number of its first fact, which was kept beside, tells.
create or replace function events.has_archived_facts(made_of text) returns boolean
language plpgsql stable as $$
declare
    first bigint;
begin
    if to_regclass('rebuild.every_fact') is null then
        return false;
    end if;
    select coalesce(min(id), 0) into first from rebuild.archived_facts;
    return exists (select from events.rebuilds
                   where table_name = 'rebuild.archived_facts' and made_by = made_of and position = first);
end $$;
