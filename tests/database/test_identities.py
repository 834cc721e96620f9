"""state.identities: who a device is, period by period, always what the tables beside it say."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from database.garage import AS_OF, Garage, ago
from database.log_rows import Connection
from fixtures.database import Database

HOUR = timedelta(hours=1)


@pytest.fixture
def garage(standing_database: Database) -> Iterator[Garage]:
    with standing_database.connect("superuser") as db, db.transaction(force_rollback=True):
        yield Garage(db)


def differences(db: Connection) -> list[tuple[object, ...]]:
    """Rows that are held and should not be, or the other way round."""
    return db.execute(
        "with told as (select * from state.identities_of(array(select imei from domain.devices)))"
        " select row(differing)::text from"
        " ((table state.identities except table told) union all (table told except table state.identities)) differing"
    ).fetchall()


def held(db: Connection) -> list[tuple[object, ...]]:
    """All of them, as text."""
    return db.execute("select identity::text from state.identities identity order by 1").fetchall()


def test_whatever_changes_they_are_what_the_tables_say(garage: Garage) -> None:
    db = garage.db
    one, two = garage.vehicle("KDA 001A", "Survey", "Nairobi"), garage.vehicle("KDB 002B")
    garage.device("1", one).device("2")
    db.execute("insert into domain.drivers values (7, 'Amina')")
    changes = (
        "update domain.vehicles set city = state.known('Mombasa', now())",
        f"insert into domain.device_assignments values ('1', '{ago(60)}', {two})",
        f"insert into domain.device_assignments values ('2', '{AS_OF + HOUR}', {one})",
        f"insert into domain.driver_assignments values ({two}, '{ago(30)}', 7)",
        "update domain.drivers set name = 'Amina O.'",
        "update domain.cost_centres set code = 'SV'",
        "update domain.devices set lifecycle = 'suspended' where imei = '1'",
        "update domain.devices set lifecycle = 'decommissioned' where imei = '2'",
    )
    for change in changes:
        before = held(db)
        db.execute(change.encode())
        assert differences(db) == [], change
        assert held(db) != before, f"{change} is seen"


def test_a_change_of_vehicle_or_driver_shows_from_its_instant_on(garage: Garage) -> None:
    one, two = garage.vehicle("KDA 001A"), garage.vehicle("KDB 002B")
    garage.device("1", one, fixed_at=ago(0))
    garage.mount("1", two, AS_OF + HOUR)
    garage.drive(two, "Amina", AS_OF - HOUR)
    garage.drive(two, "Brian", AS_OF + 2 * HOUR)

    def shown(hours: int) -> tuple[str, str | None]:
        (feature,) = garage.features(as_of=AS_OF + hours * HOUR).values()
        return feature["plate"], feature["driver"]

    assert [shown(hours) for hours in (0, 1, 2)] == [("KDA 001A", None), ("KDB 002B", "Amina"), ("KDB 002B", "Brian")]


def test_the_same_driver_stated_again_begins_no_period(garage: Garage) -> None:
    one = garage.vehicle("KDA 001A")
    garage.device("1", one)
    for days in range(5):
        garage.drive(one, "Amina", AS_OF + days * 24 * HOUR)
    periods = garage.db.execute("select count(*) from state.identities where driver = 'Amina'").fetchone()
    assert periods == (1,)
    assert differences(garage.db) == []


def test_a_device_changed_from_two_sides_at_once_shows_both(database: Database) -> None:
    with database.connect("superuser") as first, database.connect("superuser") as second:
        first.autocommit = second.autocommit = False
        Garage(first).device("1")
        first.commit()
        first.execute("update domain.devices set class = state.known('camera', now()) where imei = '1'")
        second.execute("insert into state.devices (imei, plate) values ('1', state.known('KDA 001A', now()))")
        with ThreadPoolExecutor(1) as other:
            waiting = other.submit(second.execute, "select state.refresh_identities(array['1'])")
            _until_it_waits(database)
            first.commit()
            waiting.result(timeout=10)
        second.commit()
        assert differences(first) == []
        assert first.execute("select plate, class_rank from state.identities").fetchall() == [("KDA 001A", 2)]


def _until_it_waits(database: Database) -> None:
    with database.connect("superuser") as watcher:
        while not watcher.execute("select from pg_locks where locktype = 'advisory' and not granted").fetchall():
            pass
