"""A week of usual traffic gives no finding."""

from datetime import UTC, datetime, timedelta

import pytest

from drift.usual_traffic import Traffic
from fleet.drift.finding import Report
from fleet.drift.look import Known, look
from fleet.drift.relations import Relations
from fleet.parser import Limits

LIMITS = Limits(datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=10))


@pytest.mark.timeout(300)
def test_a_week_of_usual_traffic_gives_no_finding() -> None:
    traffic = Traffic(vehicles=6, pause=timedelta(minutes=2))
    known, relations, report = Known(), Relations(), Report()
    for rows in traffic.over(timedelta(days=7)):
        look(rows, known, relations, LIMITS, report)
    assert [finding.sentence for finding in report.findings.values()] == []
    assert report.ended == set()
    topics = known.profiles.topics
    assert {topic.topic for topic in topics.values() if topic.learned} >= {"pushgps", "pushhb", "pushalarm"}
    speed = known.profiles.fields["jimi.push", "pushgps"]["gpsSpeed"]
    assert len(speed.spans) > 2, "the numbers were judged"
    ratio = known.profiles.fields["jimi.push", "pushgps"]["~ gpsSpeed per way and time"]
    assert 0.7 < ratio.spans[-1][1] < 1.4
