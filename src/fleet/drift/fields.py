"""Fields that are new, have vanished, or hold another type than before. Pure."""

from dataclasses import dataclass
from typing import Any, Final

from fleet.drift.documented import DOCUMENTED
from fleet.drift.finding import Cause, Finding, Kind, Report
from fleet.drift.listings import RUNS_MISSED
from fleet.drift.paths import Readings, Row, number_of, parents, type_of
from fleet.drift.profile import LEAST_ITEMS, FieldProfile, Fields, TopicProfile

ALWAYS: Final = 0.98
MOSTLY: Final = 0.5
ABSENT_ITEMS: Final = 20
ABSENT_BODIES: Final = 3
TYPED_VALUES: Final = 50
MOST_FIELDS: Final = 300
MOST_FINDINGS: Final = 10
REST: Final = "…"
"""The field of the one finding for all further fields of a topic that changed altogether."""


@dataclass(slots=True)
class FieldJudge:
    """Judges the items of one topic against its fields' profiles, and lets the profiles learn."""

    topic: TopicProfile
    fields: Fields
    report: Report

    def item(self, row: Row, held: Readings) -> None:
        """One item, already counted in the topic's profile."""
        for path, values in held.items():
            profile = self.fields.get(path) or self._unknown(row, path, values[0])
            if profile:
                self._known(row, profile, values)

    def body(self, row: Row) -> None:
        """After each body: what has not been seen for too long?"""
        if not self.topic.learned:
            return
        for profile in self.fields.values():
            cause = self._cause("vanished_field", profile.field)
            if self._vanished(profile):
                path = self._folded("vanished_field", profile.field)
                self._tell("vanished_field", row, path, "", self._vanished_sentence(profile))
            elif cause in self.report.unresolved and profile.last_body == self.topic.bodies:
                self.report.over(cause)

    def _unknown(self, row: Row, path: str, value: Any) -> FieldProfile | None:
        """The profile of a field met for the first time; none while it is a finding that nobody acknowledged."""
        expected = path in DOCUMENTED.get(self.topic.topic, ())
        if len(self.fields) >= MOST_FIELDS:
            path = REST
        if self.topic.learned and not expected:
            if any(parent in self.fields and not _holds_others(self.fields[parent]) for parent in parents(path)):
                return None  # a part of a field that has become a list or object, which is the finding
            path = self._folded("new_field", path)
            sentence = f"{self.topic.topic} has begun to send {path} ({type_of(value)}), which it never sent before."
            self._tell("new_field", row, path, "", sentence)
            if not self.report.accepted(self._cause("new_field", path)):
                return None
        if path == REST:
            return None
        at = self.topic.last_seen_at
        profile = FieldProfile(
            self.topic.source, self.topic.topic, path, self.topic.items, self.topic.items, self.topic.bodies, at, at
        )
        self.fields[path] = profile
        return profile

    def _known(self, row: Row, profile: FieldProfile, values: list[Any]) -> None:
        if self._vanished(profile):  # the time without it says nothing of how often it is there
            profile.since_item += self.topic.items - profile.last_item - 1
        profile.saw(self.topic)
        for value in values:
            kind = type_of(value)
            if kind in profile.types or self._admits(row, profile, kind, value):
                profile.types[kind] = profile.types.get(kind, 0) + 1
            if kind in ("number", "text") and (number := number_of(value)) is not None:
                profile.saw_number(number)

    def _admits(self, row: Row, profile: FieldProfile, kind: str, value: Any) -> bool:
        """Is another type no news? It is, once enough values were of one."""
        if not self.topic.learned or sum(profile.types.values()) < min(TYPED_VALUES, self.topic.items // 2):
            return True
        usual = " or ".join(sorted(profile.types))
        sentence = f"{profile.field} of {self.topic.topic} was always {usual} and is now {kind}."
        self._tell("changed_type", row, profile.field, kind, sentence)
        return self.report.accepted(self._cause("changed_type", profile.field, kind))

    def _vanished(self, profile: FieldProfile) -> bool:
        """Of a listing, which names the same devices each time, a field of most of them is missed as well."""
        usual = MOSTLY if self.topic.topic in RUNS_MISSED else ALWAYS
        return (
            self.topic.items - profile.last_item >= ABSENT_ITEMS / max(profile.share, MOSTLY)
            and self.topic.bodies - profile.last_body >= ABSENT_BODIES
            and profile.present >= LEAST_ITEMS
            and profile.share >= usual
            and bool(profile.types)  # relations between figures have none, and come and go
        )

    def _vanished_sentence(self, profile: FieldProfile) -> str:
        absent = self.topic.items - profile.last_item
        return (
            f"{profile.field} is missing from the last {absent} items of {self.topic.topic}; "
            f"{profile.share:.0%} of {profile.present} items before had it."
        )

    def _folded(self, kind: Kind, path: str) -> str:
        """The path, or, where a topic has findings of a kind enough, the one that stands for all others."""
        ours = {
            cause
            for cause in (*self.report.unresolved, *self.report.findings)
            if cause[:3] == (kind, self.topic.source, self.topic.topic)
        }
        return path if len(ours) < MOST_FINDINGS or self._cause(kind, path) in ours else REST

    def _tell(self, kind: Kind, row: Row, path: str, cause: str, sentence: str) -> None:
        at = row.received_at
        self.report.found(Finding(kind, self.topic.source, self.topic.topic, path, cause, sentence, [row.id], at, at))

    def _cause(self, kind: Kind, path: str, cause: str = "") -> Cause:
        return kind, self.topic.source, self.topic.topic, path, cause


def _holds_others(profile: FieldProfile) -> bool:
    return not profile.types.keys().isdisjoint(("list", "object"))
