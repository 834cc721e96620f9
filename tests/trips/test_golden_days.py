"""Vehicle-days of real traces, checked by hand once and then against the results in golden_days.json.

What they were checked by is not the fold: the tracker's own words (ignition, moving, stopped), the length of the true
route that comes with a trace, and gaps that can be read off the file. The traces themselves are not ours to ship.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fleet.clock import EAT
from fleet.trips import Fix, VehicleDay, fold_day
from trips.days import DAY, clocks
from trips.fleet import Fleet
from trips.traces import Arrival, telemetry, track

SharedData = Callable[[str], Path]
GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("golden_days.json").read_text())
MORNING = datetime(2026, 11, 20, 5, tzinfo=UTC)
ROUTE_KM = {"00000065": 7.8, "00000069": 19.3, "00000071": 12.2, "00000076": 13.4, "00000098": 91.7}
"""Traces with the length of the true route, as the collection tells it."""


def feed(shared_data: SharedData) -> list[Arrival]:
    """Two drives of one tracker on the evening of 3 May 2018, as if it were our day: late and out of order."""
    files = (shared_data(f"traces/fleet-telemetry/vehicle1-trip{number}.json") for number in (1, 2))
    ahead = DAY - datetime(2018, 5, 3, tzinfo=EAT).date()
    return [
        arrival._replace(fix=arrival.fix._replace(fixed_at=arrival.fix.fixed_at + ahead))
        for arrival in telemetry(*files)
    ]


def day_of(fixes: list[Fix]) -> VehicleDay:
    day = fold_day(fixes, fixes[0].fixed_at.astimezone(EAT).date())
    assert day is not None
    return day


def result(day: VehicleDay) -> dict[str, Any]:
    """What a golden day says: reasons and figures, and no place."""
    return {
        "reporting_at": next(clocks(day.reporting_at)) if day.reporting_at else None,
        "flags": list(day.flags),
        "distance_m": day.totals.distance_m,
        "seconds": [getattr(day.totals, f"{name}_s") for name in ("driving", "idling", "stopped", "unknown")],
        "fixes": day.totals.fixes,
        "trips": [
            [
                *clocks(trip.first.fixed_at, trip.last.fixed_at),
                str(trip.start_reason),
                str(trip.end_reason),
                trip.totals.distance_m,
                trip.totals.fixes,
                len(trip.idles),
                len(trip.stops),
                len(trip.path),
            ]
            for trip in day.trips
        ],
        "stops": [[str(stop.reason), *clocks(stop.started_at, stop.ended_at)] for stop in day.stops],
    }


def test_the_evening_of_a_tracker_in_the_hills(shared_data: SharedData) -> None:
    """It told ignition on 18:09:57, off and on within a second at 19:38:20, off at 19:53:49; and that it stood from
    18:45:22 to 18:46:37 and for some minutes before 19:06, which its fixes of speed 0 bound more sharply."""
    arrivals = feed(shared_data)
    day = day_of([arrival.fix for arrival in arrivals])
    (trip,) = day.trips
    assert [*clocks(trip.first.fixed_at, trip.last.fixed_at)] == ["18:09:57", "19:53:49"]
    assert [[*clocks(idle.started_at, idle.ended_at)] for idle in trip.idles] == [["18:59:19", "19:05:01"]]
    assert result(day) == GOLDEN["fleet-telemetry"]


@pytest.mark.parametrize("name", ROUTE_KM)
def test_a_trace_without_speed_or_engine_is_as_long_as_its_true_route(name: str, shared_data: SharedData) -> None:
    day = day_of(track(shared_data(f"traces/kubicka/{name}/{name}.track"), MORNING))
    assert not day.has_acc_data
    assert day.totals.distance_m == pytest.approx(ROUTE_KM[name] * 1000, rel=0.07)
    assert result(day) == GOLDEN[name]


def test_a_trace_with_a_gap_of_44_minutes_stood_where_it_is_found_again(shared_data: SharedData) -> None:
    day = day_of(track(shared_data("traces/kubicka/00000069/00000069.track"), MORNING))
    assert [trip.end_reason for trip in day.trips] == ["work_stop", "work_stop", "day_end"]
    assert max(trip.pause_s or 0 for trip in day.trips) >= 2658


@pytest.mark.parametrize("every_s", [10, 30])
def test_a_fix_every_so_many_seconds_is_nearly_as_good_as_one_a_second(every_s: int, shared_data: SharedData) -> None:
    sparse: list[Fix] = []
    for fix in track(shared_data("traces/kubicka/00000098/00000098.track"), MORNING):
        if not sparse or (fix.fixed_at - sparse[-1].fixed_at).total_seconds() >= every_s:
            sparse.append(fix)
    day = day_of(sparse)
    assert day.totals.distance_m == pytest.approx(ROUTE_KM["00000098"] * 1000, rel=0.05)
    assert [trip.end_reason for trip in day.trips] == ["day_end"]


def test_the_same_evening_as_it_arrived_late_and_out_of_order_comes_to_the_same_day(
    fleet: Fleet, shared_data: SharedData
) -> None:
    """P4 by real lateness: up to 175 s, folded after every fifth of it, and once in the order of the clock."""
    arrivals = feed(shared_data)
    assert [arrival.fix.fixed_at for arrival in arrivals] != sorted(arrival.fix.fixed_at for arrival in arrivals)
    fifth = len(arrivals) // 5 + 1
    seen = []
    for first in range(0, len(arrivals), fifth):
        fleet.fixes(arrival.fix for arrival in arrivals[first : first + fifth])
        fleet.settle()
        seen.append(fleet.day()[0]["distance_m"])
    assert seen == sorted(seen)
    assert seen[-1] == GOLDEN["fleet-telemetry"]["distance_m"]
    as_it_arrived = fleet.contents()
    fleet.db.execute("truncate state.position_history, state.trips, state.vehicle_days, state.daily_rollups")
    fleet.fixes(sorted((arrival.fix for arrival in arrivals), key=lambda fix: fix.fixed_at))
    fleet.settle()
    assert fleet.contents() == as_it_arrived
