"""The kind `parking_reported`: a stop, engine off or idling, as the upstream cut it, at its start."""

from collections.abc import Iterator

from fleet.model import Fact
from fleet.parser.coercion import iso_utc, read_flag
from fleet.parser.contracts.reports import Stop
from fleet.parser.intake import Intake, Item, known_imei, present
from fleet.parser.place import place_or_none


def reported_stop(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """A row of open.platform.report.parking; the request says which kind was asked for where the row does not."""
    stop = Stop.model_validate(item)
    imei = known_imei(stop.imei or intake.asked_imei)
    start, end = intake.period(stop.started_at, stop.ended_at)
    place = place_or_none(stop.lat, stop.lon)
    data = present(
        idle=read_flag(intake.params.get("acc_type")) if stop.idle is None else stop.idle,
        ended_at=iso_utc(end) if end else None,
        duration_s=stop.duration_s,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        address=stop.address,
    )
    yield Fact(item_no, "parking_reported", imei, start, data)
