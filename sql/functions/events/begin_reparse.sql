-- Begins to parse a range of raw rows again, or goes on with it where a killed run was.
-- Errors: object_in_use, when another range was begun and is not done.
create or replace function events.begin_reparse(version smallint, first bigint, last bigint) returns events.reparses
language plpgsql as $$
declare
    begun events.reparses := (select r from events.reparses r where ended_at is null);
begin
    if begun is null then
        insert into events.reparses (parser_version, after_id, up_to_id, position)
        values (version, first, last, first) returning * into begun;
    elsif (begun.parser_version, begun.after_id, begun.up_to_id) <> (version, first, last) then
        raise exception 'raw rows % to % are being parsed again with version %',
                        begun.after_id + 1, begun.up_to_id, begun.parser_version using errcode = 'object_in_use';
    end if;
    return begun;
end $$;
