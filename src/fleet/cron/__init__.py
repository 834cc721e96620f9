"""Everything that is due by the clock: polls of the upstream, partitions ahead of time."""
