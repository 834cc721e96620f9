"""Items whose member names nobody has confirmed: read in any casing, nested readings lifted up.

The vendor's OBD, fuel, temperature, fault and trip pushes are documented by path only, so a reading is looked
for under its name in any casing, with or without underscores, at the top or inside an object or JSON text.
"""

from functools import lru_cache
from typing import Any, Final

from fleet.parser.envelope import object_or_text
from fleet.parser.intake import Item, filled

_DEEPEST: Final = 3


def folded(item: Item, depth: int = _DEEPEST) -> Item:
    """The item with plain lower-case names; what an outer level tells stands before what an inner one does."""
    flat: dict[str, Any] = {}
    inner: list[Item] = []
    for name, value in item.items():
        if depth and (isinstance(value, dict) or (isinstance(value, str) and "{" in value)):
            nested = object_or_text(value)
            if nested:
                inner.append(folded(filled(nested), depth - 1))
                continue
        flat.setdefault(_plain(name), value)
    for level in inner:
        flat = level | flat
    return flat


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return name.replace("_", "").lower()
