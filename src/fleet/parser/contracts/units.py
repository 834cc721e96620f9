"""In which unit each source tells each distance: one converter a (topic, field), and how sure we are of it.

A unit is believed as written here and never guessed from the number: a factor near 1000 is a finding for a
person, not a reason to rescale. Confidence: `doc` official, `doc2` official at second hand, `code` seen in a
working integration, `seed` observed on the fleet's own account, `guess` unconfirmed.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fleet.parser.contracts.fields import Measure

LONGEST_M: Final = 10_000_000_000


class DistanceUnit(NamedTuple):
    """What a field counts in: metres = told x `metres`."""

    name: str
    metres: float
    confidence: str


DISTANCES: Final[Mapping[tuple[str, str], DistanceUnit]] = {
    ("pushgps", "distance"): DistanceUnit("m", 1, "doc2"),
    ("pushtripreport", "distance"): DistanceUnit("m", 1, "guess"),
    ("pushobd", "odometerReading"): DistanceUnit("km", 1000, "guess"),
    ("pushobd", "deviceAccumulatedMileage"): DistanceUnit("km", 1000, "guess"),
    ("jimi.user.device.location.list", "currentMileage"): DistanceUnit("km", 1000, "doc"),
    ("jimi.track.device.detail", "currentMileage"): DistanceUnit("km", 1000, "doc"),
    ("jimi.device.track.mileage", "distance"): DistanceUnit("m", 1, "doc, seed"),
    ("jimi.device.track.mileage", "startMileage"): DistanceUnit("m", 1, "seed"),
    ("jimi.device.track.mileage", "endMileage"): DistanceUnit("m", 1, "seed"),
    ("jimi.open.platform.report.trips", "totalMileage"): DistanceUnit("m", 1, "guess"),
    ("jimi.open.platform.report.trips", "startMileage"): DistanceUnit("m", 1, "guess"),
    ("jimi.open.platform.report.trips", "endMileage"): DistanceUnit("m", 1, "guess"),
    ("jimi.device.obd.list", "odometerReading"): DistanceUnit("km", 1000, "doc"),
    ("jimi.device.obd.list", "deviceAccumulatedMileage"): DistanceUnit("km", 1000, "guess"),
    ("fuel", "odometer_km"): DistanceUnit("km", 1000, "doc"),
}


def in_metres(topic: str, field: str) -> Measure:
    """The reader of a distance: metres, whatever the upstream counts in."""
    return Measure(0, LONGEST_M, DISTANCES[topic, field].metres)
