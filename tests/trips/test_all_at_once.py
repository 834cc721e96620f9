"""Facts, projectors, changes of assignment and several workers at once: the days come to what they would one by one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from database.log_rows import Connection
from fixtures.roles import wait_until
from fleet.pipeline.project_stage import PROJECTORS
from trips.days import CAMERA, DAY, TRACKER, Van, at
from trips.fleet import Fleet, mounting

LONG_AGO = at("00:00") - timedelta(days=90)
PLATES = ("KDA 001A", "KDB 002B")
DAYS = [DAY - timedelta(days=n) for n in range(40)]
"""Each day gets few facts, in two lots: whoever misses the second has nothing that makes it good."""


@pytest.mark.timeout(300)
def test_whatever_goes_on_at_once_the_days_come_to_what_the_facts_say(fleet: Fleet) -> None:
    fleet.tell(*mounting(TRACKER, PLATES[0], LONG_AGO), *mounting(CAMERA, PLATES[0], LONG_AGO, device_class="camera"))
    ended = Event()

    def again(work: Callable[[Connection], object]) -> None:
        with fleet.database.connect("superuser") as db:
            while not ended.is_set():
                work(db)

    with ThreadPoolExecutor(len(PROJECTORS) + 1) as threads:
        goes_on = [
            *(
                threads.submit(again, lambda db, p=p: db.execute("select events.advance(%s, 7)", (p,)))
                for p in PROJECTORS
            ),
            threads.submit(fleet.keep_folding, 3, lambda: not ended.is_set()),
        ]
        try:
            write(fleet)
        finally:
            ended.set()
        for each in goes_on:
            each.result()
    fleet.settle()
    came_to = fleet.contents()
    assert len(came_to["trips"]) >= 2 * len(DAYS)
    fleet.db.execute("truncate state.trips, state.vehicle_days, state.daily_rollups, state.hourly_rollups")
    fleet.db.execute("select events.mark_days()")
    fleet.fold()
    assert fleet.contents() == came_to


def write(fleet: Fleet) -> None:
    """Two drives a day of tracker and camera; for the first days the tracker moves between the vehicles meanwhile.

    Later moves would mark every day again, and so make good what went wrong.
    """
    for number, day in enumerate(DAYS):
        fleet.fixes(Van("08:00", imei=CAMERA, day=day).drive(9, every_s=60).park(6).end())
        for clock in ("08:00", "11:00"):
            fleet.fixes(Van(clock, imei=TRACKER, day=day).drive(8, every_s=60).park(6).end())
        if number < 12:
            stated_at = at("00:00") + timedelta(days=1, minutes=number)
            fleet.mount(TRACKER, PLATES[number % 2], at("10:00", DAYS[number // 2]), stated_at=stated_at)
        wait_until(fleet.is_projected, "the projectors have read it", 30)
