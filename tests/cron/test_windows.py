"""How spans are cut: whatever the gap and the limits, nothing is left out and nothing is too long."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.cron.polls import alarms, parking, track, trips
from fleet.cron.polls.spans import BEHIND_NOW, SpanPoll
from fleet.jimi.methods import Question, questions

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
POLLS = [alarms.POLL, parking.POLL, track.POLL, trips.POLL]
AGES = st.none() | st.timedeltas(min_value=timedelta(minutes=-5), max_value=timedelta(days=400))
LIMITS = st.timedeltas(min_value=timedelta(hours=1), max_value=timedelta(days=120))


@pytest.mark.parametrize("poll", POLLS, ids=lambda poll: poll.name)
@settings(deadline=None)
@given(age=AGES, gap_limit=LIMITS)
def test_windows_lead_from_the_watermark_to_the_present_without_a_hole(
    poll: SpanPoll, age: timedelta | None, gap_limit: timedelta
) -> None:
    reached = None if age is None else (NOW - age).replace(microsecond=0)
    windows = list(poll.windows(reached, NOW, gap_limit))
    end = (NOW - BEHIND_NOW).replace(microsecond=0)
    if reached is not None and reached >= end:
        assert windows == []
        return
    assert windows[-1][1] == end
    first = min(poll.first_look, gap_limit) if reached is None else min(end - reached, gap_limit)
    assert end - windows[0][0] <= poll.method.oldest
    assert windows[0][0] <= max(end - first, end - poll.method.oldest + poll.overlap) - poll.overlap
    for (begin, until), (following, _) in pairwise(windows):
        assert begin < following == until - poll.overlap
    assert all(timedelta() < until - begin <= poll.method.longest_span for begin, until in windows)


def asked_for(parts: Iterable[Question]) -> Counter[str]:
    """How many seconds are asked for of each device."""
    total = Counter[str]()
    for part in parts:
        assert part.begin is not None
        assert part.end is not None
        total.update(dict.fromkeys(part.imeis, int((part.end - part.begin).total_seconds())))
    return total


@settings(deadline=None)
@given(devices=st.integers(1, 130), minutes=st.integers(2, 3000))
def test_questions_and_their_halves_ask_for_all_that_was_wanted_once(devices: int, minutes: int) -> None:
    imeis = [str(number) for number in range(devices)]
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    cut = list(questions(trips.POLL.method, imeis, (begin, begin + timedelta(minutes=minutes))))
    assert all(len(question.imeis) <= 50 for question in cut)
    assert asked_for(cut) == Counter(dict.fromkeys(imeis, minutes * 60))
    for question in cut:
        assert asked_for(question.halves()) == asked_for([question])
        assert all(half != question for half in question.halves())
