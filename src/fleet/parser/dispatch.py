"""The parser: one raw row in, its facts and rejections out.

Bump VERSION whenever the same body would come to other facts.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import ValidationError

from fleet.model import Fact, Parsed, Raw, Rejection
from fleet.parser.intake import Intake, Limits, Reader, filled
from fleet.parser.refusal import Rejected
from fleet.parser.registry import ROUTES, WITHOUT_FACTS

VERSION: Final = 3
PARSER_FAULT: Final = "fault of the parser:"


def parse(raw: Raw, limits: Limits) -> Parsed:
    """The facts and rejections of a raw row. Pure, and raises nothing for any body."""
    facts: list[Fact] = []
    rejections: list[Rejection] = []
    try:
        for outcome in _outcomes(raw, limits):
            if isinstance(outcome, Fact):
                facts.append(outcome)
            else:
                rejections.append(outcome)
    except Rejected as refusal:
        rejections.append(Rejection(0, refusal.reason, refusal.detail))
    except Exception as fault:  # as with an item: one body that we cannot open must not hold up the log
        rejections.append(_own_fault(0, fault))
    return Parsed(facts, rejections)


def _outcomes(raw: Raw, limits: Limits) -> Iterator[Fact | Rejection]:
    route = ROUTES.get((raw.source, raw.topic))
    if route is None:
        if raw.topic in WITHOUT_FACTS.get(raw.source, ()):
            return
        raise Rejected("unknown_topic", f"{raw.source} {raw.topic}")
    items = route.items(raw.body)
    if items is None:
        return
    intake = Intake.of(raw, limits)
    for item_no, item in enumerate(items):
        yield from _item_outcomes(item_no, item, route.read, intake)
    if route.summary:
        yield from route.summary(len(items), intake)


def _item_outcomes(item_no: int, item: object, read: Reader, intake: Intake) -> Iterator[Fact | Rejection]:
    """What one item comes to. Facts before a refusal stand; no item can cost its neighbours."""
    try:
        if not isinstance(item, dict):
            raise Rejected("not_object", f"the item is a {type(item).__name__}")
        yield from read(item_no, filled(item), intake)
    except Rejected as refusal:
        yield Rejection(item_no, refusal.reason, refusal.detail)
    except ValidationError as error:
        yield Rejection(item_no, "wrong_type", _first_error(error))
    except Exception as fault:  # a fault of ours must not hold up the log; the item stays re-parsable
        yield _own_fault(item_no, fault)


def _own_fault(item_no: int, fault: Exception) -> Rejection:
    return Rejection(item_no, "wrong_type", f"{PARSER_FAULT} {type(fault).__name__}")


def _first_error(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[-1]
    return f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}"
