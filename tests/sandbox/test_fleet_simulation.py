"""The simulated fleet: the same for the same seed, on its roads, busy at any hour, and honest."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from fleet.sandbox.clock import SimulatedClock
from fleet.sandbox.errands import WorkingHours
from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.geometry import distance_m
from fleet.sandbox.journey import Forgotten
from fleet.sandbox.motion import Motion
from fleet.sandbox.roads import networks, roads
from fleet.sandbox.signals import Alarm, AlarmCode, Kind, Signal

MIDNIGHT = datetime(2026, 7, 14, tzinfo=UTC)


def fleet(vehicles: int = 80, seed: int = 7, hours: WorkingHours | None = None, start: datetime = MIDNIGHT) -> Fleet:
    return Fleet(FleetPlan(vehicles, seed, start, networks(), hours or WorkingHours()))


def by_plate(fleet: Fleet, at: datetime) -> dict[str, Motion]:
    return {device.vehicle.plate: motion for device, motion in fleet.truth(at).values() if device.vehicle}


def lived(fleet: Fleet, until: datetime, step: timedelta) -> list[Signal]:
    signals, now = [], MIDNIGHT
    while now < until:
        now = min(now + step, until)
        signals += fleet.advance(now)
    return signals


def test_the_same_seed_says_the_same_at_any_pace() -> None:
    until = MIDNIGHT + timedelta(hours=2)
    slow = lived(fleet(12), until, timedelta(seconds=1))
    assert slow == lived(fleet(12), until, timedelta(minutes=17))
    assert slow != lived(fleet(12, seed=8), until, timedelta(hours=2))


@pytest.mark.parametrize("hours", [0.5, 30])
def test_a_fleet_started_again_goes_on_where_it_was(hours: float) -> None:
    again = MIDNIGHT + timedelta(hours=hours)
    first, second = fleet(40), fleet(40, start=again)
    for minutes in (0, 1, 50, 400):
        at = again + timedelta(minutes=minutes)
        before, after = by_plate(first, at), by_plate(second, at)
        assert all(metres(before[plate], after[plate]) < 1 for plate in before)


def test_at_any_hour_most_vehicles_drive_and_get_somewhere() -> None:
    whole = fleet()
    for hour in range(24):
        at = MIDNIGHT + timedelta(hours=hour)
        now, soon = by_plate(whole, at), by_plate(whole, at + timedelta(seconds=30))
        moving = [plate for plate, motion in now.items() if motion.speed_kmh > 5]
        far = [plate for plate in moving if metres(now[plate], soon[plate]) > 20]
        assert len(moving) >= 45, f"at {at:%H:%M} only {len(moving)} of 80 move"
        assert len(far) >= 0.9 * len(moving)


def test_outside_working_hours_all_come_to_rest() -> None:
    night = fleet(20, hours=WorkingHours(6, 20))
    late = MIDNIGHT + timedelta(hours=23)
    assert {motion.speed_kmh for motion in by_plate(night, late).values()} == {0.0}
    day = MIDNIGHT + timedelta(hours=30)
    assert any(motion.speed_kmh > 5 for motion in by_plate(night, day).values())


def test_vehicles_stay_on_the_roads() -> None:
    whole, grid = fleet(40), near_roads()
    for minutes in range(0, 240, 7):
        at = MIDNIGHT + timedelta(minutes=minutes)
        for motion in by_plate(whole, at).values():
            near = grid.get((round(motion.lat * 500), round(motion.lon * 500)), [])
            assert min((distance_m((motion.lat, motion.lon), point) for point in near), default=1e9) < 25


def test_nobody_jumps_and_the_odometer_tells_the_distance() -> None:
    whole, at = fleet(20), MIDNIGHT
    before = by_plate(whole, at)
    for _ in range(600):
        at += timedelta(seconds=2)
        after = by_plate(whole, at)
        for plate, motion in after.items():
            straight = metres(before[plate], motion)
            driven = motion.travelled_m - before[plate].travelled_m
            assert 0 <= driven < 2 * 110 / 3.6
            assert straight <= driven + 13
        before = after


def test_signals_come_in_order_and_never_from_the_future() -> None:
    signals = lived(fleet(30), MIDNIGHT + timedelta(hours=3), timedelta(seconds=10))
    gates = [signal.gate_at for signal in signals]
    assert gates == sorted(gates)
    fixes = [signal for signal in signals if signal.kind is Kind.GPS]
    assert all(fix.fixed_at <= fix.gate_at for fix in fixes)
    assert gates[-1] <= (MIDNIGHT + timedelta(hours=3)).timestamp()


def test_a_measured_place_is_metres_from_the_truth() -> None:
    whole = fleet(20)
    for signal in lived(whole, MIDNIGHT + timedelta(minutes=20), timedelta(minutes=20)):
        if signal.kind is Kind.GPS and signal.satellites:
            _, motion = whole.truth(datetime.fromtimestamp(signal.fixed_at, UTC))[signal.imei]
            assert distance_m((signal.lat, signal.lon), (motion.lat, motion.lon)) < 30


def test_a_day_holds_every_kind_late_fixes_and_alarms_at_a_modest_rate() -> None:
    signals = lived(fleet(20), MIDNIGHT + timedelta(hours=12), timedelta(hours=1))
    kinds = Counter(signal.kind for signal in signals)
    assert set(kinds) >= {Kind.GPS, Kind.HEARTBEAT, Kind.ALARM, Kind.EVENT, Kind.OBD, Kind.TRIP, Kind.TEMPERATURE}
    assert kinds[Kind.ALARM] < kinds[Kind.GPS] / 50
    late = [signal for signal in signals if signal.kind is Kind.GPS and signal.reupload]
    assert 0.01 < len(late) / kinds[Kind.GPS] < 0.15
    codes = {signal.code for signal in signals if isinstance(signal, Alarm)}
    assert {AlarmCode.IGNITION_ON, AlarmCode.IGNITION_OFF, AlarmCode.OVERSPEED} <= codes


def test_the_roster_is_whole_unique_and_invented() -> None:
    whole = fleet()
    imeis = [device.imei for device in whole.devices]
    assert len(whole.vehicles) == 80
    assert len({vehicle.plate for vehicle in whole.vehicles}) == 80
    assert len({vehicle.driver for vehicle in fleet(1000).vehicles}) == 1000
    assert len(set(imeis)) == len(imeis) > 80
    assert all(imei.startswith("8699990") and luhn(imei) for imei in imeis)
    assert Counter(vehicle.city for vehicle in whole.vehicles) == {"nairobi": 50, "mombasa": 20, "kampala": 10}
    assert "" in {vehicle.cost_centre for vehicle in whole.vehicles}


def test_the_distant_past_is_forgotten_and_says_so() -> None:
    whole = fleet(5)
    whole.advance(MIDNIGHT + timedelta(hours=9))
    with pytest.raises(Forgotten, match="within the last hour"):
        whole.truth(MIDNIGHT - timedelta(hours=3))


def test_the_simulated_clock_is_never_ahead_and_catches_up() -> None:
    real = MIDNIGHT
    clock = SimulatedClock(lambda: real, speed=60)
    seen = []
    for _ in range(700):
        real += timedelta(seconds=1)
        seen.append((clock.now(), real))
    assert all(simulated <= present for simulated, present in seen)
    assert seen[0][0] < MIDNIGHT - timedelta(hours=9)
    assert seen[-1][0] == real
    assert SimulatedClock(lambda: real, start=real + timedelta(days=1)).now() == real


def test_the_drawn_cities_are_near_their_centres() -> None:
    for name, centre in {
        "nairobi": (-1.2833, 36.8219),
        "mombasa": (-4.0435, 39.6682),
        "kampala": (0.3163, 32.5822),
    }.items():
        drawn = roads()[name]
        assert {road.road_class for road in drawn} == {"trunk", "primary", "secondary", "residential"}
        assert all(distance_m(centre, (lat, lon)) < 16_000 for road in drawn for lon, lat in road.line)


def metres(a: Motion, b: Motion) -> float:
    return distance_m((a.lat, a.lon), (b.lat, b.lon))


def near_roads() -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Points every few metres along every road, by cell and its neighbours."""
    grid: dict[tuple[int, int], set[tuple[float, float]]] = {}
    for city in roads().values():
        for road in city:
            for (lon, lat), (lon2, lat2) in zip(road.line, road.line[1:], strict=False):
                steps = int(distance_m((lat, lon), (lat2, lon2)) // 15) + 1
                for k in range(steps + 1):
                    point = (lat + (lat2 - lat) * k / steps, lon + (lon2 - lon) * k / steps)
                    for i in (-0.3, 0.3):
                        for j in (-0.3, 0.3):
                            cell = (round(point[0] * 500 + i), round(point[1] * 500 + j))
                            grid.setdefault(cell, set()).add(point)
    return {cell: list(points) for cell, points in grid.items()}


def luhn(imei: str) -> bool:
    return sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(imei))) % 10 == 0
