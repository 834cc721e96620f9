-- Is every raw row of a chunk in a verified file of the archive?
create or replace function events.is_archived(lower_bound timestamptz, upper_bound timestamptz) returns boolean
language sql stable as $$
    select (select count(*) from events.raw where received_at >= lower_bound and received_at < upper_bound)
         = (select coalesce(sum(rows), 0) from events.archives
            where chunk_from = lower_bound and chunk_to = upper_bound and revision = 1);
$$;
