"""Alarm codes that no table of the vendor names. Pure."""

from typing import Final

from fleet import parser
from fleet.drift.finding import Finding, Report
from fleet.drift.paths import Row
from fleet.model import Raw
from fleet.parser import Limits
from fleet.parser.alarm_names import ALARM_NAMES

ALARM_TOPICS: Final = frozenset(
    {
        ("jimi.push", "pushalarm"),
        ("jimi.push", "jimi.push.device.alarm"),
        ("jimi.poll", "jimi.device.alarm.list"),
    }
)

# Codes of pushed alarms (msgClass 0) that the vendor's list calls valid, though it names only some of them.
_VALID_HUB0: Final = "0-6 9-30 32 35-45 48-107 111-124 126 128-154 160-173 177-191 197-207 224-233 254 255 261 262"


def _spread(ranges: str) -> frozenset[str]:
    """`0-2 7` as 0, 1, 2, 7."""
    ends = [part.partition("-") for part in ranges.split()]
    return frozenset(str(code) for low, _, high in ends for code in range(int(low), int(high or low) + 1))


NAMELESS: Final = {"hub0": _spread(_VALID_HUB0)}


def judge_alarm_codes(row: Row, limits: Limits, report: Report) -> None:
    """Each code of an alarm body that is in no table is a finding; it passes through all the same."""
    if (row.source, row.topic) not in ALARM_TOPICS:
        return
    raw = Raw(row.id, row.received_at, row.source, row.topic, row.content_type, row.body, row.request_meta)
    for fact in parser.parse(raw, limits).facts:
        if fact.kind == "alarm":
            _judge(row, str(fact.data["class"]), str(fact.data["code"]), report)


def _judge(row: Row, alarm_class: str, code: str, report: Report) -> None:
    if code in ALARM_NAMES.get(alarm_class, {}) or code in NAMELESS.get(alarm_class, ()):
        return
    sentence = f"Alarm code {code} of class {alarm_class} is in no table of the vendor; {row.topic} sent it."
    path, at = f"{alarm_class} code", row.received_at
    report.found(Finding("unknown_alarm_code", row.source, row.topic, path, code, sentence, [row.id], at, at))
