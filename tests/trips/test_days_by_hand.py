"""Days small enough to be worked out by hand: each rule of the fold, and each incident that it is there for."""

from datetime import timedelta

import pytest

from fleet.trips import Fix, VehicleDay, fold_day
from trips.days import CAMERA, DAY, DEPOT, M, Van, at, clocks


def folded(fixes: list[Fix]) -> VehicleDay:
    day = fold_day(fixes, DAY)
    assert day is not None
    return day


def test_a_day_of_a_van_with_two_jobs() -> None:
    """Reports at 07:00, drives 20 minutes, works 45, drives 10 with a wait of 2 and an idle of 6, parks."""
    van = Van("06:50").park(10).drive(20).park(45).drive(5, 60.0).idle(2).drive(5, 60.0).idle(6).drive(1)
    day = folded(van.park(30).end())
    assert [*clocks(day.reporting_at)] == ["07:00:00"]
    first, second = day.trips
    assert [*clocks(first.first.fixed_at, first.last.fixed_at)] == ["07:00:00", "07:20:00"]
    assert (first.start_reason, first.end_reason, first.pause_s) == ("ignition_on", "work_stop", 2700)
    assert first.totals.distance_m == 12_000  # 20 minutes at 36 km/h
    assert first.totals.fixes == 41  # every 30 s, and the one that parked it
    assert [*clocks(second.first.fixed_at, second.last.fixed_at)] == ["08:05:00", "08:24:00"]
    assert second.totals.distance_m == 5000 + 5000 + 600
    assert (second.totals.driving_s, second.totals.idling_s, second.totals.stopped_s) == (660, 480, 0)
    assert [[*clocks(idle.started_at, idle.ended_at)] for idle in second.idles] == [["08:17:00", "08:23:00"]]
    assert second.totals.max_speed_kmh == 60
    assert (day.totals.driving_s, day.totals.idling_s) == (1860, 480)
    assert day.totals.stopped_s == 60 * (10 + 45 + 30)
    assert day.totals.unknown_s == 86_400 - 1860 - 480 - 5100
    assert [(stop.reason, *clocks(stop.started_at, stop.ended_at)) for stop in day.stops] == [
        ("work_stop", "06:50:00", "07:00:00"),
        ("work_stop", "07:20:00", "08:05:00"),
        ("work_stop", "08:24:00", "08:54:00"),
    ]
    assert day.flags == ()


def test_engine_off_for_less_than_five_minutes_is_a_stop_inside_the_trip() -> None:
    (trip,) = folded(Van("08:00").drive(10).park(4).drive(10).park(10).end()).trips
    assert [[*clocks(stop.started_at, stop.ended_at)] for stop in trip.stops] == [["08:10:00", "08:14:00"]]
    assert (trip.totals.driving_s, trip.totals.stopped_s) == (1200, 240)


def test_engine_off_for_five_minutes_ends_the_trip_when_it_went_off() -> None:
    first, second = folded(Van("08:00").drive(10).park(5).drive(10).park(10).end()).trips
    assert [*clocks(first.last.fixed_at, second.first.fixed_at)] == ["08:10:00", "08:15:00"]
    assert (first.end_reason, second.start_reason) == ("work_stop", "ignition_on")


@pytest.mark.parametrize(
    ("silent_min", "reason"), [(5, "nofix_stop"), (29.5, "nofix_stop"), (30, "nofix_stop"), (30.5, "long_gap")]
)
def test_a_silence_within_a_trip_ends_it_at_the_last_fix(silent_min: float, reason: str) -> None:
    van = Van("08:00").drive(10)
    van.now -= timedelta(seconds=30)
    first, second = folded(van.silence(silent_min, 4000).drive(10).park(10).end()).trips
    assert (first.end_reason, second.start_reason) == (reason, "signal_back")
    assert [*clocks(first.last.fixed_at)] == ["08:09:30"]
    assert first.pause_s == silent_min * 60
    assert first.totals.distance_m == 5700  # what was driven unheard is not known


def test_a_silence_of_less_than_five_minutes_is_none() -> None:
    van = Van("08:00").drive(10)
    van.now -= timedelta(seconds=30)
    (trip,) = folded(van.silence(4.9, 2000).drive(10).park(10).end()).trips
    assert trip.totals.driving_s == 570 + 294 + 600


def test_silence_is_unknown_but_a_parked_vehicle_that_is_found_again_stood() -> None:
    asleep = folded(Van("08:00").drive(10).park(1).silence(59).drive(10).end())
    assert [trip.end_reason for trip in asleep.trips] == ["work_stop", "day_end"]
    assert asleep.totals.stopped_s == 3600
    moved = folded(Van("08:00").drive(10).park(1).silence(59, 3000).drive(10).end())
    assert [trip.end_reason for trip in moved.trips] == ["long_gap", "day_end"]
    assert moved.totals.stopped_s == 0


def test_the_data_of_the_day_ends_the_last_trip() -> None:
    (trip,) = folded(Van("08:00").drive(10).end()).trips
    assert (trip.end_reason, trip.pause_s, trip.continues_after) == ("day_end", None, False)


def test_a_trip_over_midnight_is_two_that_say_so() -> None:
    fixes = Van("23:30").drive(60).park(10).end()
    evening, morning = fold_day(fixes, DAY), fold_day(fixes, DAY + timedelta(days=1))
    assert evening is not None
    assert morning is not None
    (before,), (after,) = evening.trips, morning.trips
    assert (before.end_reason, before.continues_before, before.continues_after) == ("day_end", False, True)
    assert (after.start_reason, after.continues_before, after.continues_after) == ("already_on", True, False)
    # The step over midnight belongs to no day: what is not covered is unknown.
    assert before.totals.distance_m + after.totals.distance_m == 36_000 - 300


def test_a_stop_over_midnight_is_two_that_say_so() -> None:
    fixes = Van("23:00").drive(10).park(100).drive(5).end()
    evening, morning = fold_day(fixes, DAY), fold_day(fixes, DAY + timedelta(days=1))
    assert evening is not None
    assert morning is not None
    assert (evening.stops[-1].continues_before, evening.stops[-1].continues_after) == (False, True)
    assert (morning.stops[0].continues_before, morning.stops[0].continues_after) == (True, False)


def test_without_acc_all_day_motion_alone_makes_trips_and_nothing_idles() -> None:
    day = folded(Van("08:00", ignition=None).drive(10).idle(3).drive(10).idle(20).drive(5).idle(10).end())
    assert not day.has_acc_data
    assert "no_acc_data" in day.flags
    assert [trip.end_reason for trip in day.trips] == ["work_stop", "work_stop"]
    assert day.totals.idling_s == 0
    assert [*clocks(day.reporting_at)] == ["08:00:00"]


def test_a_wire_that_says_off_all_day_while_the_vehicle_drives_is_no_acc_data() -> None:
    on = folded([fix._replace(ignition=False) for fix in Van("08:00").drive(10).park(20).end()])
    assert not on.has_acc_data
    assert len(on.trips) == 1
    parked = folded(Van("08:00").park(60).end())
    assert parked.has_acc_data
    assert parked.trips == ()


def test_a_fix_that_does_not_tell_the_engine_takes_it_from_the_one_before() -> None:
    fixes = Van("08:00").drive(10).idle(10).end()
    told = folded(fixes)
    sparse = folded([fix._replace(ignition=None) if place % 5 else fix for place, fix in enumerate(fixes)])
    assert sparse.totals == told.totals


def test_a_fix_without_speed_moves_as_fast_as_the_way_to_it() -> None:
    fixes = Van("08:00").drive(10).park(10).end()
    silent = folded([fix._replace(speed_kmh=None) for fix in fixes])
    assert silent.totals.distance_m == pytest.approx(6000, abs=310)
    assert silent.totals.max_speed_kmh is None


def test_a_lone_fix_of_a_parked_vehicle_that_seems_to_move_is_drift() -> None:
    fixes = Van("08:00").park(60).end()
    fixes[20] = fixes[20]._replace(speed_kmh=9.0, lat=fixes[20].lat + 30 * M)
    day = folded(fixes)
    assert day.trips == ()
    assert day.flags == ("drift",)


def test_the_starburst_a_camera_on_the_same_vehicle_does_not_draw_spikes() -> None:
    """Its coarse fixes never reach the fold; good ones from kilometres away are teleports there and back."""
    van = Van("08:00").drive(30).park(10).end()
    stray = [
        Fix(at(f"08:{minute:02}:10"), DEPOT[0] + 0.2, DEPOT[1] + 0.1, 0.0, None, imei=CAMERA)
        for minute in range(1, 35, 3)
    ]
    day, alone = folded(van + stray), folded(van)
    assert day.suspects == tuple(stray)
    assert "suspect_fixes" in day.flags
    assert (day.trips, day.totals) == (alone.trips, alone.totals)


def test_a_teleport_of_several_fixes_is_left_out_whole() -> None:
    fixes = Van("08:00").drive(30).park(10).end()
    away = [fix._replace(lat=fix.lat + 1.0) for fix in fixes[20:27]]
    day = folded(fixes[:20] + away + fixes[27:])
    assert day.suspects == tuple(away)
    assert day.trips[0].totals.distance_m == 18_000


def test_a_vehicle_that_does_not_come_back_was_carried_and_the_way_is_not_driven() -> None:
    fixes = Van("08:00").drive(10).park(10).end()
    carried = [fix._replace(lat=fix.lat + 1.0) for fix in fixes[10:]]
    day = folded(fixes[:10] + carried)
    assert day.suspects == ()
    assert day.totals.distance_m == 6000 - 300


def test_an_odometer_that_jumps_is_told_and_moves_no_figure() -> None:
    van = Van("08:00").drive(30).park(10).end()
    steady = [fix._replace(odometer_m=100_000 + 300.0 * place) for place, fix in enumerate(van)]
    (trip,) = folded(steady).trips
    assert trip.odometer_gain_m == 18_000
    jumping = [*steady[:10], steady[10]._replace(odometer_m=100_003_000.0), *steady[11:]]
    day = folded(jumping)
    assert day.flags == ("odometer_jump",)
    assert day.trips[0].odometer_gain_m is None
    assert day.totals == folded(steady).totals


def test_the_path_keeps_corners_and_drops_what_lies_between() -> None:
    van = Van("08:00").drive(10).end()
    corner = [fix._replace(lon=fix.lon + max(0, place - 10) * 300 * M) for place, fix in enumerate(van)]
    (trip,) = folded(corner).trips
    assert trip.path == tuple((corner[place].lon, corner[place].lat) for place in (0, 10, 20))
    assert trip.path_s == (0, 300, 600)


def test_a_trip_is_two_fixes_at_least() -> None:
    assert folded([Fix(at("08:00"), *DEPOT, 50.0, True)]).trips == ()


def test_a_day_without_a_good_fix_is_none() -> None:
    assert fold_day(Van("08:00").drive(5).end(), DAY + timedelta(days=1)) is None


def test_hours_share_out_a_step_that_lies_over_the_hour() -> None:
    day = folded(Van("07:58").drive(4, 36.0, every_s=240).end())
    hours = {hour.hour: part for hour, part in day.hours}
    assert (hours[4].driving_s, hours[5].driving_s) == (120, 120)  # 07:00 and 08:00 in Nairobi
    assert (hours[4].distance_m, hours[5].distance_m) == (1200, 1200)
