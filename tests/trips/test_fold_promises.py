"""What holds of any day whatever: the parts are the whole, and only the set of fixes counts."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.trips import Fix, VehicleDay, fold_day
from trips.days import CAMERA, DAY, DEPOT, TRACKER, at

FOLDING = settings(max_examples=300, deadline=None, derandomize=True)
MIDNIGHT = at("00:00")
INSTANTS = st.one_of(
    st.integers(0, 86_399_999),
    st.integers(28_800, 29_400).map(lambda second: second * 1000),  # ten minutes that are crowded
    st.integers(480, 600).map(lambda minute: minute * 60_000),
    st.integers(-7200, 86_400 + 7200).map(lambda second: second * 1000),
).map(lambda millisecond: MIDNIGHT + timedelta(milliseconds=millisecond))
FIXES = st.builds(
    Fix,
    fixed_at=INSTANTS,
    lat=st.sampled_from([DEPOT[0], DEPOT[0] + 0.001, DEPOT[0] + 0.02, DEPOT[0] + 1]) | st.floats(-90, 90),
    lon=st.sampled_from([DEPOT[1], DEPOT[1] + 0.003]) | st.floats(-180, 180),
    speed_kmh=st.none() | st.sampled_from([0.0, 4.9, 5.0, 19.0, 60.0]) | st.floats(0, 400),
    ignition=st.sampled_from([None, False, True]),
    odometer_m=st.none() | st.floats(0, 1e9),
    imei=st.sampled_from([TRACKER, CAMERA]),
)
DAYS = st.lists(FIXES, max_size=60)
PARTS = ("distance_m", "driving_s", "idling_s", "stopped_s", "unknown_s", "fixes")


def sums(parts: Any) -> dict[str, int]:
    """The parts added up, field by field."""
    told = list(parts)
    return {name: sum(getattr(part, name) for part in told) for name in PARTS}


def seconds(part: Any) -> int:
    return int(part.driving_s + part.idling_s + part.stopped_s + part.unknown_s)


@FOLDING
@given(DAYS)
def test_the_sum_of_the_parts_is_the_whole(fixes: list[Fix]) -> None:
    day = fold_day(fixes, DAY)
    if day is None:
        return
    assert seconds(day.totals) == 86_400
    assert [seconds(hour) for _, hour in day.hours] == [3600] * 24
    assert sums(hour for _, hour in day.hours) == sums([day.totals])
    in_trips = sums(trip.totals for trip in day.trips)
    for name in ("distance_m", "driving_s", "idling_s"):
        assert in_trips[name] == getattr(day.totals, name)
    for trip in day.trips:
        ran_s = int(trip.last.fixed_at.timestamp()) - int(trip.first.fixed_at.timestamp())
        assert seconds(trip.totals) == ran_s
        assert trip.totals.unknown_s == 0
        assert len(trip.path) == len(trip.path_s)
        assert trip.path_s[0] == 0
        assert trip.path_s[-1] == ran_s


@FOLDING
@given(DAYS)
def test_trips_and_stops_follow_each_other(fixes: list[Fix]) -> None:
    day = fold_day(fixes, DAY)
    if day is None:
        return
    spans = sorted(
        [(trip.first.fixed_at, trip.last.fixed_at) for trip in day.trips]
        + [(stop.started_at, stop.ended_at) for stop in day.stops]
    )
    for (_, ended), (started, _) in pairwise(spans):
        assert ended <= started


@FOLDING
@given(DAYS, st.data())
def test_order_and_repetition_of_fixes_are_irrelevant(fixes: list[Fix], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(fixes), max_size=10)) if fixes else []
    assert fold_day(data.draw(st.permutations(fixes + again)), DAY) == fold_day(fixes, DAY)


@FOLDING
@given(DAYS, st.lists(FIXES, max_size=5))
def test_a_fix_changes_its_own_day_and_no_other(fixes: list[Fix], late: list[Fix]) -> None:
    elsewhere = [fix._replace(fixed_at=fix.fixed_at + timedelta(days=3)) for fix in late]
    assert fold_day(fixes + elsewhere, DAY) == fold_day(fixes, DAY)


@FOLDING
@given(DAYS)
def test_every_good_fix_of_the_day_is_counted_or_suspect(fixes: list[Fix]) -> None:
    day: VehicleDay | None = fold_day(fixes, DAY)
    instants = {fix.fixed_at for fix in fixes if MIDNIGHT <= fix.fixed_at < MIDNIGHT + timedelta(days=1)}
    assert len(instants) == (day.totals.fixes + len(day.suspects) if day else 0)
