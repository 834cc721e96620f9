"""No space for the log: pushes are refused and nothing acknowledged is lost; with space it goes on by itself."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost

from conftest import KillableCluster
from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault

# Files of the write-ahead log have 16 MiB: only a table that is larger can be stopped from growing alone.
FILL = """
    select events.append_raw(
        array_fill('jimi.push'::text, array[n]), array_fill(1, array[n]), array_fill('probe'::text, array[n]),
        array_fill(''::text, array[n]), array_fill(repeat('x', 1900)::bytea, array[n]),
        array_fill('{}'::text, array[n]), array_fill('test'::text, array[n]))
    from (values (9500)) rows (n)
"""
LARGEST = """
    select max(pg_relation_size(tableoid)) from (select distinct tableoid from events.raw) partitions
"""
HALF_A_PAGE = 4096  # a write that stops half-way is how the system says that the disk is full


def test_a_full_disk_refuses_pushes_until_there_is_space(
    platform: Platform, cluster: KillableCluster, start_load: Callable[..., Load]
) -> None:
    platform.start("gateway", "worker")
    platform.database.rows(FILL)
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    cluster.limit_files_to(platform.database.value(LARGEST) + HALF_A_PAGE)
    try:
        load.wait_answered(503)
        assert "No space left" in cluster.log_path.read_text() or "could not extend" in cluster.log_path.read_text()
    finally:
        cluster.limit_files_to(None)
    load.wait_acknowledged(50)

    load.stop()
    assert_nothing_lost(platform, load)
