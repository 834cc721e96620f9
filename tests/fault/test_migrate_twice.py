"""Two migrators at once, and one while every role runs."""

from collections.abc import Callable

import pytest
from invariants import assert_nothing_lost

from conftest import KillableCluster
from fixtures.database import Database, administer
from fixtures.load import Load
from fixtures.roles import Platform

pytestmark = pytest.mark.fault


def migrate_twice_at_once(platform: Platform) -> None:
    migrators = [platform.process("migrate") for _ in range(2)]
    for migrator in migrators:
        migrator.launch()
    for migrator in migrators:
        assert migrator.popen is not None
        assert migrator.popen.wait(60) == 0, migrator.log()[-3000:]


def test_two_migrators_of_an_empty_database_both_succeed(platform: Platform, cluster: KillableCluster) -> None:
    empty = Database(f"{platform.database.name}_empty", cluster)
    administer(cluster, "create database {}", empty.name)
    migrate_twice_at_once(Platform(empty, platform.folder))

    functions = "select count(*) from pg_proc where pronamespace = 'events'::regnamespace"
    assert empty.value(functions) == platform.database.value(functions)
    assert empty.value("select count(*) from auth.push_credentials") == 4
    administer(cluster, "drop database {} with (force)", empty.name)


def test_migrating_while_every_role_runs_refuses_no_push(platform: Platform, start_load: Callable[..., Load]) -> None:
    roles = platform.start("gateway", "worker", "cron")
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    migrate_twice_at_once(platform)
    load.wait_acknowledged(50)

    assert set(load.stop().outcomes) == {200}
    platform.started[:] = roles
    assert_nothing_lost(platform, load)
