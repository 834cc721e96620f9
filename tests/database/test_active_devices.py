"""state.active_devices: devices in use are those whose lifecycle says so, whatever flag the vendor keeps."""

from typing import Any

import pytest

from admin.facts_stated import fact, listed
from database.folds import empty_log, whole, write_log
from database.log_rows import Connection
from fixtures.database import Database

ACTIVE, SILENT, PROVISIONED, SUSPENDED, GONE = (f"86999905000101{n}" for n in range(5))
FIX = {"lat": -1.25, "lon": 36.5, "quality": "gps"}


def fixed(imei: str, minute: int = 1) -> dict[str, Any]:
    """A good fix."""
    return fact("position_fix", minute, imei, "jimi.push", **FIX)


@pytest.fixture
def db(database: Database) -> Any:
    with database.connect("superuser") as connection:
        connection.execute("insert into domain.accounts (code, name) values ('north', 'North')")
        yield connection


def active(db: Connection, facts: list[dict[str, Any]], columns: str = "imei") -> list[tuple[Any, ...]]:
    """Rows of the view when the log holds these facts."""
    with empty_log(db):
        write_log(db, facts)
        whole(db)
        return db.execute(f"select {columns} from state.active_devices order by imei".encode()).fetchall()


def test_the_lifecycle_says_which_devices_are_active_and_not_the_vendors_flag(db: Connection) -> None:
    facts = [
        listed(ACTIVE, enabled=False),
        fixed(ACTIVE),
        fact("lifecycle_set", 2, SILENT, to="active"),
        listed(PROVISIONED, enabled=True),
        *(fixed(imei) for imei in (SUSPENDED, GONE)),
        fact("lifecycle_set", 2, SUSPENDED, to="suspended"),
        fact("lifecycle_set", 2, GONE, to="decommissioned"),
    ]
    assert active(db, facts) == [(ACTIVE,), (SILENT,)]
    back = fact("lifecycle_set", 3, SUSPENDED, to="active")
    assert active(db, [back, *facts]) == [(ACTIVE,), (SILENT,), (SUSPENDED,)]


def test_an_active_device_shows_what_is_known_of_it(db: Connection) -> None:
    facts = [listed(ACTIVE, plate="KDA 001A", model="X3", driver="Amina"), fixed(ACTIVE, 1), fixed(ACTIVE, 4)]
    columns = "imei, account, plate, driver, model, name, heard_at - first_heard_at = interval '3 min'"
    assert active(db, facts, columns) == [(ACTIVE, "north", "KDA 001A", "Amina", "X3", None, True)]


def test_an_active_device_that_never_spoke_is_one_row_too(db: Connection) -> None:
    told = [fact("lifecycle_set", 2, SILENT, to="active")]
    assert active(db, told, "imei, heard_at, first_good_fix_at") == [(SILENT, None, None)]
