-- Somebody has seen a finding and says so: what is new in it is known from then on. False: there is no such
-- finding, or it is not open any more.
create or replace function drift.acknowledge(finding bigint, who text, remark text) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update drift.findings set state = 'acknowledged', acknowledged_by = who, acknowledged_at = clock_timestamp(),
                              note = nullif(remark, '')
    where finding_id = finding and state = 'open';
    return found;
end $$;
