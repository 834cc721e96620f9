"""Windows of a field's values, closed when full and judged for a change of unit. Pure."""

from dataclasses import dataclass

from fleet.drift.finding import Finding, Report
from fleet.drift.paths import Row
from fleet.drift.profile import FieldProfile, Fields, TopicProfile
from fleet.drift.units import RATIOS_A_WINDOW, VALUES_A_WINDOW, WINDOWS_KEPT, jump, span_of

RELATION = "~ "
"""Begins the field names of relations between figures, which no item has."""


@dataclass(slots=True)
class JumpJudge:
    """Judges the numbers of one topic."""

    topic: TopicProfile
    fields: Fields
    report: Report

    def relations(self, ratios: dict[str, float]) -> None:
        """What an item's figures are to each other."""
        for name, ratio in ratios.items():
            path = RELATION + name
            profile = self.fields.get(path)
            if profile is None:
                topic, at = self.topic, self.topic.last_seen_at
                profile = FieldProfile(topic.source, topic.topic, path, topic.items, topic.items, topic.bodies, at, at)
                self.fields[path] = profile
            profile.saw(self.topic)
            profile.saw_number(ratio)

    def body(self, row: Row) -> None:
        """After each body: close the windows that are full."""
        for profile in self.fields.values():
            is_ratio = profile.field.startswith(RELATION)
            if len(profile.sample) >= (RATIOS_A_WINDOW if is_ratio else VALUES_A_WINDOW):
                self._close(row, profile, is_ratio)

    def _close(self, row: Row, profile: FieldProfile, is_ratio: bool) -> None:
        now = span_of(profile.sample)
        profile.sample = []
        what = jump(now, profile.spans, is_ratio=is_ratio) if self.topic.learned else None
        cause = ("unit_jump", profile.source, profile.topic, profile.field, "")
        if what is None:
            profile.spans = [*profile.spans, now][-WINDOWS_KEPT:]
            self.report.over(cause)
        elif self.report.accepted(cause):
            profile.spans = [now]  # the new unit is the usual one from here on
            self.report.ended.add(cause)
        else:
            self._tell(row, profile, now[1], what)

    def _tell(self, row: Row, profile: FieldProfile, median: float, what: str) -> None:
        usual = span_of([span[1] for span in profile.spans])[1]
        name = profile.field.removeprefix(RELATION)
        sentence = (
            f"{name} of {profile.topic} jumped {what}: the median is {median:.4g}, usual was {usual:.4g}. "
            "Has its unit changed?"
        )
        at = row.received_at
        self.report.found(
            Finding("unit_jump", profile.source, profile.topic, profile.field, "", sentence, [row.id], at, at)
        )
