"""Each way in which the upstream may change is found within five minutes of traffic, as one finding."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from drift.test_quiet_week import LIMITS
from drift.usual_traffic import Traffic
from fleet.drift.finding import Finding, Report
from fleet.drift.look import Known, look
from fleet.drift.relations import Relations

FIVE_MINUTES = timedelta(minutes=5)
Item = dict[str, Any]
GPS, LOCATIONS, DEVICES = "pushgps", "jimi.user.device.location.list", "jimi.user.device.list"


@dataclass
class Watch:
    """Traffic that is looked at, and what came of it; `unresolved` stands for the findings in the database."""

    traffic: Traffic = field(default_factory=lambda: Traffic(vehicles=14))
    known: Known = field(default_factory=Known)
    relations: Relations = field(default_factory=Relations)
    unresolved: dict[Any, bool] = field(default_factory=dict)

    def over(self, span: timedelta) -> Report:
        report = Report(self.unresolved)
        for rows in self.traffic.over(span):
            look(rows, self.known, self.relations, LIMITS, report)
        for cause in report.ended:
            del self.unresolved[cause]
        self.unresolved |= {cause: self.unresolved.get(cause, False) for cause in report.findings}
        return report

    def spoiled(self, topic: str, spoil: Callable[[Item], Item | None], span: timedelta = FIVE_MINUTES) -> Report:
        self.traffic.spoil = {topic: spoil}
        report = self.over(span)
        self.traffic.spoil = {}
        return report

    def acknowledge(self, finding: Finding) -> None:
        self.unresolved[finding.key] = True


@pytest.fixture
def watch() -> Watch:
    """Two quiet hours of the morning have been looked at."""
    made = Watch()
    assert not made.over(timedelta(hours=2)).findings
    return made


def only(report: Report) -> Finding:
    (finding,) = report.findings.values()
    return finding


def renamed(old: str, new: str) -> Callable[[Item], Item]:
    return lambda item: {(new if name == old else name): value for name, value in item.items()}


def test_a_new_field_is_found(watch: Watch) -> None:
    finding = only(watch.spoiled(GPS, lambda item: item | {"tyrePressure": 2.4}))
    assert (finding.kind, finding.topic, finding.field) == ("new_field", GPS, "tyrePressure")
    assert finding.count > 20
    assert 1 <= len(finding.raw_ids) <= 5


def test_a_renamed_field_is_one_that_vanished_and_one_that_is_new(watch: Watch) -> None:
    report = watch.spoiled(GPS, renamed("gpsSpeed", "speedKph"))
    assert {(found.kind, found.field) for found in report.findings.values()} == {
        ("vanished_field", "gpsSpeed"),
        ("new_field", "speedKph"),
    }


def test_a_changed_type_is_found(watch: Watch) -> None:
    finding = only(watch.spoiled(GPS, lambda item: item | {"satelliteNum": str(item["satelliteNum"])}))
    assert (finding.kind, finding.field, finding.cause) == ("changed_type", "satelliteNum", "text")


@pytest.mark.parametrize("changed", [lambda speed: [speed], lambda speed: {"value": speed, "unit": "km/h"}])
def test_a_field_that_becomes_a_list_or_an_object_is_one_finding(watch: Watch, changed: Callable[[Any], Any]) -> None:
    finding = only(watch.spoiled(GPS, lambda item: item | {"gpsSpeed": changed(item["gpsSpeed"])}))
    assert (finding.kind, finding.field) == ("changed_type", "gpsSpeed")


def test_a_field_that_most_devices_of_a_listing_have_is_missed(watch: Watch) -> None:
    profile = watch.known.profiles.fields["jimi.poll", LOCATIONS]["speed"]
    assert profile.share < 0.98, "expired devices have no speed"
    finding = only(watch.spoiled(LOCATIONS, lambda item: item | {"speed": None}))
    assert (finding.kind, finding.field) == ("vanished_field", "speed")


def test_an_unknown_alarm_code_is_found(watch: Watch) -> None:
    def spoil(item: Item) -> Item:
        return item | {"msg": item["msg"] | {"alertType": 999}}

    finding = only(watch.spoiled("pushalarm", spoil, timedelta(minutes=20)))
    assert (finding.kind, finding.cause) == ("unknown_alarm_code", "999")


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_an_odometer_in_another_unit_is_found(watch: Watch, factor: float) -> None:
    report = watch.spoiled(GPS, lambda item: item | {"distance": item["distance"] * factor})
    assert {found.kind for found in report.findings.values()} == {"unit_jump"}
    assert (GPS, "distance") in {(found.topic, found.field) for found in report.findings.values()}


@pytest.mark.parametrize(("topic", "name"), [(GPS, "gpsSpeed"), (LOCATIONS, "speed")])
def test_a_speed_in_metres_a_second_is_found(watch: Watch, topic: str, name: str) -> None:
    def in_metres_a_second(item: Item) -> Item:
        speed = round(float(item[name]) / 3.6, 1) if item[name] else item[name]
        return item | {name: str(speed) if isinstance(item[name], str) else speed}

    finding = only(watch.spoiled(topic, in_metres_a_second))
    assert (finding.kind, finding.topic, finding.field) == ("unit_jump", topic, f"~ {name} per way and time")
    assert "m/s" in finding.sentence


def test_vehicles_left_out_of_a_listing_are_one_finding(watch: Watch) -> None:
    imeis = sorted(watch.known.listings[LOCATIONS, 1, "demo_nairobi"].expected)
    finding = only(watch.spoiled(LOCATIONS, lambda item: None if item["imei"] in imeis[:3] else item))
    assert (finding.kind, finding.cause) == ("omitted_vehicles", "demo_nairobi")
    assert "leaves out 3 of" in finding.sentence
    assert all(imei in finding.sentence for imei in imeis[:3])


def test_a_vehicle_missing_from_one_run_alone_is_no_news(watch: Watch) -> None:
    gone = watch.known.listings[LOCATIONS, 1, "demo_nairobi"].expected[0]
    one_run = watch.spoiled(LOCATIONS, lambda item: None if item["imei"] == gone else item, timedelta(minutes=1))
    assert not one_run.findings
    assert not watch.over(FIVE_MINUTES).findings


def test_what_is_over_is_resolved_and_comes_back_as_new(watch: Watch) -> None:
    def without_speed(item: Item) -> Item:
        return {name: value for name, value in item.items() if name != "gpsSpeed"}

    first = only(watch.spoiled(GPS, without_speed))
    assert watch.over(FIVE_MINUTES).ended == {first.key}
    assert only(watch.spoiled(GPS, without_speed)).key == first.key


def test_an_acknowledged_field_is_known_from_then_on(watch: Watch) -> None:
    def with_pressure(item: Item) -> Item:
        return item | {"tyrePressure": 2.4}

    watch.acknowledge(only(watch.spoiled(GPS, with_pressure)))
    watch.spoiled(GPS, with_pressure)
    assert "tyrePressure" in watch.known.profiles.fields["jimi.push", GPS]
    watch.unresolved.clear()
    assert not watch.spoiled(GPS, with_pressure).findings


def test_an_acknowledged_unit_is_the_usual_one_from_then_on(watch: Watch) -> None:
    def in_km(item: Item) -> Item:
        return item | {"distance": item["distance"] / 1000}

    for finding in watch.spoiled(GPS, in_km).findings.values():
        watch.acknowledge(finding)
    watch.spoiled(GPS, in_km, timedelta(minutes=30))
    assert not watch.spoiled(GPS, in_km, timedelta(minutes=30)).findings


def test_acknowledged_omissions_are_expected_no_more(watch: Watch) -> None:
    gone = watch.known.listings[LOCATIONS, 1, "demo_nairobi"].expected[0]

    def without_one(item: Item) -> Item | None:
        return None if item["imei"] == gone else item

    watch.acknowledge(only(watch.spoiled(LOCATIONS, without_one)))
    assert not watch.spoiled(LOCATIONS, without_one).findings
    assert not watch.unresolved


def test_a_seldom_field_may_stay_away(watch: Watch) -> None:
    for n in range(3):
        watch.spoiled(GPS, lambda item, n=n: item | {"postMethod": item["postMethod"] or None})
    assert not watch.over(timedelta(hours=1)).findings


def test_a_topic_that_changes_altogether_is_a_dozen_findings_not_a_hundred(watch: Watch) -> None:
    report = watch.spoiled(GPS, lambda item: {"payload": {f"{name}{n}": n for name in item for n in range(9)}})
    kinds = [found.kind for found in report.findings.values()]
    assert kinds.count("new_field") == 11
    assert kinds.count("vanished_field") == 11
