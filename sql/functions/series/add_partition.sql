-- One native partition [lower_bound, upper_bound), unless it is there. Returns how many were made: 0 or 1.
create or replace function series.add_partition(
    target text, lower_bound timestamptz, upper_bound timestamptz, append_only boolean
) returns integer
language plpgsql as $$
declare
    partition_name text := series.partition_name(target, lower_bound);
begin
    if to_regclass(partition_name) is not null then
        return 0;
    end if;
    -- Made beside and then attached: CREATE … PARTITION OF would lock the parent against every reader.
    execute format('create table %s (like %s including all)', partition_name, target);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                   target, partition_name, lower_bound, upper_bound);
    if append_only then
        perform series.forbid_truncate(partition_name::regclass);
    end if;
    return 1;
end $$;
