-- Why raw rows of [lower_bound, upper_bound) must stay for now; null: nothing speaks against their leaving.
create or replace function events.held_raw(lower_bound timestamptz, upper_bound timestamptz) returns text
language plpgsql stable as $$
declare
    parsed_to bigint := (select least((select handed_out from events.frontiers where stage = 'parse'),
                                      (select min(after_id) from events.claims where stage = 'parse')));
    to_be_archived boolean := (select archive from series.retention where table_name = 'events.raw');
begin
    if exists (select from events.raw where received_at >= lower_bound and received_at < upper_bound
                                        and id > parsed_to) then
        return 'it is not wholly parsed';
    end if;
    return coalesce(events.held_parsed(lower_bound, upper_bound),
                    case when to_be_archived and not events.is_archived(lower_bound, upper_bound)
                         then 'it is not archived' end);
end $$;
