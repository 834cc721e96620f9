"""Two migrators at once, of empty databases and of one in which every role runs."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from invariants import assert_nothing_lost

from conftest import KillableCluster
from fixtures.database import Database, administer
from fixtures.load import Load
from fixtures.roles import Platform
from fleet.config import MigrateSettings
from fleet.logins import make_logins, set_passwords
from fleet.migrate import connect

pytestmark = pytest.mark.fault


def migrate_at_once(*platforms: Platform) -> None:
    """A migrator for each, started together; the same platform may be named twice."""
    migrators = [platform.process("migrate") for platform in platforms]
    for migrator in migrators:
        migrator.launch()
    for migrator in migrators:
        assert migrator.popen is not None
        assert migrator.popen.wait(60) == 0, migrator.log()[-3000:]


@contextmanager
def empty_databases(platform: Platform, count: int) -> Iterator[list[Platform]]:
    """Platforms over new databases of the same cluster, gone afterwards."""
    cluster = platform.database.cluster
    names = [f"{platform.database.name}_empty{n}" for n in range(count)]
    for name in names:
        administer(cluster, "create database {}", name)
    folders = [platform.folder / name for name in names]
    for folder in folders:
        folder.mkdir()
    made = [Platform(Database(name, cluster), folder) for name, folder in zip(names, folders, strict=True)]
    try:
        yield made
    finally:
        for process in (process for each in made for process in each.started):
            process.kill()
        for name in names:
            administer(cluster, "drop database {} with (force)", name)


def assert_migrated(made: Platform, like: Platform) -> None:
    functions = "select count(*) from pg_proc where pronamespace = 'events'::regnamespace"
    assert made.database.value(functions) == like.database.value(functions)
    assert made.database.value("select count(*) from auth.push_credentials") == 4
    with made.database.connect("worker") as worker:
        worker.execute("select * from events.lag()")


def assert_works(platform: Platform, start_load: Callable[..., Load]) -> None:
    """Roles find their logins, and nothing that is pushed is lost."""
    platform.start("gateway", "worker")
    load = start_load(platform.url)
    load.wait_acknowledged(50)
    load.stop()
    assert_nothing_lost(platform, load)


def test_two_migrators_of_an_empty_database_both_succeed(platform: Platform, start_load: Callable[..., Load]) -> None:
    with empty_databases(platform, 1) as (empty,):
        migrate_at_once(empty, empty)
        assert_migrated(empty, like=platform)
        assert_works(empty, start_load)


def test_migrators_of_two_databases_of_a_server_leave_each_other_the_logins(
    platform: Platform, start_load: Callable[..., Load]
) -> None:
    with empty_databases(platform, 2) as empty:
        migrate_at_once(*empty)
        for made in empty:
            assert_migrated(made, like=platform)
            assert_works(made, start_load)


def test_logins_that_two_databases_change_at_once_are_changed_by_both(
    platform: Platform, template: Database, cluster: KillableCluster, start_load: Callable[..., Load]
) -> None:
    database = platform.database
    other = Database(f"{database.name}_other", cluster)
    administer(cluster, "create database {} template {}", other.name, template.name)

    def change_again_and_again(of: Database) -> None:
        settings = MigrateSettings.model_validate({key.lower(): value for key, value in of.environment.items()})
        with connect(of.url("owner")) as owner:
            for _ in range(40):
                make_logins(owner)
                set_passwords(owner, settings)

    with ThreadPoolExecutor() as both:
        list(both.map(change_again_and_again, (database, other)))
    administer(cluster, "drop database {} with (force)", other.name)
    assert_works(platform, start_load)


def test_migrating_while_every_role_runs_refuses_no_push(platform: Platform, start_load: Callable[..., Load]) -> None:
    roles = platform.start("gateway", "worker", "cron")
    load = start_load(platform.url)

    load.wait_acknowledged(50)
    migrate_at_once(platform, platform)
    load.wait_acknowledged(50)

    assert set(load.stop().outcomes) == {200}
    platform.started[:] = roles
    assert_nothing_lost(platform, load)
