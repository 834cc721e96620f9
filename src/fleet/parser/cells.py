"""The kind `lbs_reading`: the radio cells and access points that a device heard, from which a place may be found."""

import re
from collections.abc import Iterator
from typing import Any, Final

from fleet.model import Fact
from fleet.parser.coercion import clean_text
from fleet.parser.contracts.readings import PushedCells
from fleet.parser.envelope import load_json
from fleet.parser.folding import folded
from fleet.parser.intake import Intake, Item, known_imei, present
from fleet.parser.readings import pushed_time
from fleet.parser.refusal import Rejected

MOST: Final = 32
_BETWEEN: Final = re.compile("[;|]")
_WHOLE: Final = re.compile(r"-?\d{1,12}", re.ASCII)


def pushed_cells(item_no: int, item: Item, intake: Intake) -> Iterator[Fact]:
    """An item of /pushlbs; its `lbsJson` is an object or JSON text, and must be readable."""
    told = PushedCells.model_validate(folded(item))
    imei = known_imei(told.imei)
    read_at = yield from pushed_time(item_no, imei, told.read_at, told.gate_at, intake)
    cells, access_points = _cells(told.cells or ""), _access_points(told.access_points or "")
    if not cells and not access_points:
        raise _unreadable(item)
    data = present(
        quality=told.quality,
        mcc=told.mcc,
        mnc=told.mnc,
        cells=cells or None,
        access_points=access_points or None,
    )
    yield Fact(item_no, "lbs_reading", imei, read_at, data)


def _cells(text: str) -> list[dict[str, Any]]:
    """`LAC,CI,RSSI;…`; the sign of the strength is the sender's."""
    groups = (_parts(group)[:3] for group in _BETWEEN.split(text)[:MOST])
    return [
        dict(zip(("lac", "cell_id", "rssi"), map(int, parts), strict=False))
        for parts in groups
        if len(parts) >= 2 and all(map(_WHOLE.fullmatch, parts))
    ]


def _access_points(text: str) -> list[dict[str, Any]]:
    """`MAC,RSSI|…`."""
    groups = (_parts(group) for group in _BETWEEN.split(text)[:MOST])
    return [
        {"mac": parts[0].lower(), "rssi": int(parts[1])}
        for parts in groups
        if len(parts) == 2 and parts[0] and _WHOLE.fullmatch(parts[1])
    ]


def _parts(group: str) -> list[str]:
    return [clean_text(part) for part in group.split(",")]


def _unreadable(item: Item) -> Rejected:
    """Why nothing was heard: the nested text is broken, or it names things that we do not know."""
    text = item.get("lbsJson")
    if isinstance(text, str):
        load_json(text)
    return Rejected("wrong_type", "the item names no cell and no access point that we can read")
