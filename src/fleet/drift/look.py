"""One look at rows of the log: profiles learn from them, findings come of them. Pure but for what it is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from fleet.drift.alarm_codes import judge_alarm_codes
from fleet.drift.fields import FieldJudge
from fleet.drift.finding import Report
from fleet.drift.jumps import JumpJudge
from fleet.drift.listings import Listing, ListingKey, judge_listing
from fleet.drift.paths import Row, items_of, looked_at, readings
from fleet.drift.profile import Profiles, TopicProfile
from fleet.drift.relations import Relations
from fleet.parser import Limits


@dataclass(slots=True)
class Known:
    """What is known before a look, and better after it."""

    profiles: Profiles = field(default_factory=Profiles)
    listings: dict[ListingKey, Listing] = field(default_factory=dict)


def look(rows: Iterable[Row], known: Known, relations: Relations, limits: Limits, report: Report) -> None:
    """Learn from rows, in their order, and report what is unusual in them."""
    for row in rows:
        items = items_of(row)
        if items is None:
            continue
        judge_listing(known.listings, row, items, report)
        judge_alarm_codes(row, limits, report)
        if items:
            _look_at_items(row, items, known.profiles, relations, report)


def _look_at_items(
    row: Row, items: list[dict[str, object]], profiles: Profiles, relations: Relations, report: Report
) -> None:
    key = (row.source, row.topic)
    topic = profiles.topics.setdefault(key, TopicProfile(*key, row.received_at, row.received_at))
    fields = profiles.fields.setdefault(key, {})
    by_field, by_window = FieldJudge(topic, fields, report), JumpJudge(topic, fields, report)
    asked_imei = row.params.get("imei")
    topic.saw_body(row.received_at)
    for item in looked_at(items):
        topic.items += 1
        by_field.item(row, readings(item))
        by_window.relations(relations.of(row.topic, item, asked_imei if isinstance(asked_imei, str) else None))
    by_field.body(row)
    by_window.body(row)
