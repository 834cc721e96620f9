"""Holds one answer against what was agreed of its method. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from pydantic import AliasChoices, ValidationError

from fleet.drift.contract.agreed import ENVELOPE, MODELS, SOME_RELEASES
from fleet.drift.documented import DOCUMENTED
from fleet.drift.paths import readings, type_of
from fleet.jimi.answers import ABOUT_EVERYTHING, Answer
from fleet.parser.contracts.base import Contract
from fleet.parser.intake import filled
from fleet.parser.refusal import Rejected
from fleet.parser.registry import ROUTES

Verdict = Literal["as_agreed", "drift", "unreachable", "not_asked"]
METHOD_UNKNOWN: Final = 1007


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than agreed."""

    field: str
    problem: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Result:
    """What one method came to."""

    method: str
    verdict: Verdict
    rows: int = 0
    differences: tuple[Difference, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The row of drift.contract_results."""
        return asdict(self)


def judge(answer: Answer) -> Result:
    """The verdict on an answer to a known method."""
    if not answer.envelope:
        found = f"HTTP {answer.http_status}, {answer.content_type or 'no content type'}"
        return Result(answer.method, "unreachable", 0, (Difference("", "no envelope", "a JSON object", found),))
    if answer.code is not None and not answer.succeeded:
        return _refused(answer)
    differences = tuple(_envelope(answer))
    try:
        items = ROUTES["jimi.poll", answer.method].items(answer.body) or []
    except Rejected as refused:
        differences += (Difference("", "payload", "rows where this method keeps them", refused.detail),)
        items = []
    differences += tuple(_items(answer.method, items))
    return Result(answer.method, "drift" if differences else "as_agreed", len(items), differences)


def _refused(answer: Answer) -> Result:
    """A code that any question would have got says nothing of the contract; another one does."""
    is_moment = answer.code in ABOUT_EVERYTHING and answer.code != METHOD_UNKNOWN
    found = f"{answer.code} {answer.envelope.get('message', '')}".strip()
    difference = Difference("code", "refused", "0", found[:200])
    return Result(answer.method, "unreachable" if is_moment else "drift", 0, (difference,))


def _envelope(answer: Answer) -> Iterator[Difference]:
    if answer.code is None:
        yield Difference("code", "missing", "a number", _shown(answer.envelope.get("code")))
    if "message" not in answer.envelope:
        yield Difference("message", "missing", "a text", "nothing")
    for name in sorted(answer.envelope.keys() - ENVELOPE):
        yield Difference(name, "unknown field of the envelope", "nothing", _shown(answer.envelope[name]))


def _items(method: str, items: Sequence[Any]) -> Iterator[Difference]:
    rows = [item for item in items if isinstance(item, dict)]
    if len(rows) < len(items):
        yield Difference("", "payload", "objects", f"{len(items) - len(rows)} of {len(items)} rows are none")
    if not rows:
        return
    yield from _unknown_and_retyped(method, rows)
    yield from _missing(method, MODELS[method], rows)
    yield from _unreadable(MODELS[method], rows)


def _unknown_and_retyped(method: str, rows: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    documented = DOCUMENTED[method]
    told: set[tuple[str, str]] = set()
    for row in rows:
        for path, values in readings(row).items():
            kind = type_of(values[0])
            expected = documented.get(path)
            if (path, kind) in told or (expected is not None and (not expected or kind in expected)):
                continue
            told.add((path, kind))
            if expected is None:
                yield Difference(path, "unknown field", "nothing", _shown(values[0]))
            else:
                yield Difference(path, "changed type", " or ".join(sorted(expected)), f"{kind} {_shown(values[0])}")


def _missing(method: str, model: type[Contract], rows: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    """Fields that we read, the vendor documents, and no row has, not even blank."""
    there = {name for row in rows for name in row}
    for field in model.model_fields.values():
        alias = field.validation_alias
        names = [str(name) for name in alias.choices] if isinstance(alias, AliasChoices) else []
        documented = [name for name in names if name in DOCUMENTED[method]]
        if documented and not there.intersection(names) and not SOME_RELEASES.intersection(documented):
            yield Difference(
                documented[0], "missing field", f"{documented[0]} in each row", f"none in {len(rows)} rows"
            )


def _unreadable(model: type[Contract], rows: Sequence[dict[str, Any]]) -> Iterator[Difference]:
    told: set[str] = set()
    for row in rows:
        try:
            model.model_validate(filled(row))
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False, include_context=False):
                name = str(error["loc"][0]) if error["loc"] else ""
                if name not in told:
                    told.add(name)
                    yield Difference(name, "cannot be read", error["msg"], _shown(row.get(name)))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
