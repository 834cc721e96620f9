"""Faults of what is told, pushed or polled: clocks, places, fields, units, vehicles.

Each takes `topic` (a push path as in `pushgps`, a method, or `*` for all) and `share`: of the items or, for
vehicles that are left out, of the vehicles. The same items and vehicles are hit each time.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any

from fleet.sandbox.faults.registry import EVERYWHERE, Faults, Parameters, declare

Item = dict[str, Any]
Change = Callable[[Item, Parameters], Item]

CHANGES: dict[str, Change] = {}
LOCATIONS = "jimi.user.device.location.list"
OMITTED = "omit_vehicles"


def _changes(name: str, does: str, **defaults: float | str) -> Callable[[Change], Change]:
    declare(name, does, **defaults)

    def enter(change: Change) -> Change:
        CHANGES[name] = change
        return change

    return enter


declare(OMITTED, "a share of the vehicles is left out of lists", topic=LOCATIONS, share=0.3)


@_changes("clock_2019", "device clocks begin again in 2019", topic="pushgps", share=0.2)
def _clock(item: Item, parameters: Parameters) -> Item:
    return _with_member(item, ("gpsTime", "alarmTime"), lambda value: f"2019-01-01{str(value)[10:]}")


@_changes("zero_fixes", "fixes are at 0, 0", topic="pushgps", share=0.2)
def _zero(item: Item, parameters: Parameters) -> Item:
    return _with_member(item, ("lat", "lng"), lambda value: 0)


@_changes(
    "rename_field", "a field is called something else", topic="pushgps", share=1.0, field="gpsSpeed", to="velocity"
)
def _rename(item: Item, parameters: Parameters) -> Item:
    old, new = str(parameters["field"]), str(parameters["to"])
    return {new if name == old else name: _deeper(value, _rename, parameters) for name, value in item.items()}


@_changes("drop_field", "a field is no longer there", topic="pushgps", share=1.0, field="satelliteNum")
def _drop(item: Item, parameters: Parameters) -> Item:
    return {n: _deeper(value, _drop, parameters) for n, value in item.items() if n != parameters["field"]}


@_changes("add_field", "there is a field more", topic="pushgps", share=1.0, field="beta", value="1")
def _add(item: Item, parameters: Parameters) -> Item:
    return item | {str(parameters["field"]): parameters["value"]}


@_changes("change_unit", "a number is in another unit", topic="pushgps", share=1.0, field="gpsSpeed", factor=1 / 3.6)
def _unit(item: Item, parameters: Parameters) -> Item:
    factor = float(parameters["factor"])
    return _with_member(item, (str(parameters["field"]),), lambda value: _scaled(value, factor))


@_changes("change_type", "numbers are text, texts are lists", topic="pushgps", share=1.0, field="gpsSpeed")
def _type(item: Item, parameters: Parameters) -> Item:
    change = lambda value: [value] if isinstance(value, str) else str(value)  # noqa: E731
    return _with_member(item, (str(parameters["field"]),), change)


@_changes("unknown_alarm", "alarms have a code that nobody knows", topic="pushalarm", share=1.0, code=9999.0)
def _alarm(item: Item, parameters: Parameters) -> Item:
    code = int(parameters["code"])
    return _with_member(item, ("alertType", "alertTypeId", "alarmType"), lambda old: type(old)(code))


def altered(faults: Faults, topic: str, item: Item) -> Item:
    """An item as the faults leave it."""
    for name, change in CHANGES.items():
        parameters = _concerning(faults, name, topic)
        if parameters is not None and _is_hit(json.dumps(item), parameters):
            item = change(item, parameters)
    return item


def altered_payload(faults: Faults, topic: str, payload: Any) -> Any:
    """A poll's payload with each of its rows as the faults leave it, and without the vehicles that they omit."""
    if isinstance(payload, list):
        return [altered_payload(faults, topic, row) for row in payload if not is_omitted(faults, topic, _imei(row))]
    if not isinstance(payload, dict):
        return payload
    if any(isinstance(value, list | dict) for value in payload.values()):
        return {name: altered_payload(faults, topic, value) for name, value in payload.items()}
    return altered(faults, topic, payload)


def is_omitted(faults: Faults, topic: str, imei: str) -> bool:
    """Whether a vehicle is left out of a list."""
    parameters = _concerning(faults, OMITTED, topic)
    return bool(imei) and parameters is not None and _is_hit(imei, parameters)


def _imei(row: Any) -> str:
    return str(row.get("imei", "")) if isinstance(row, dict) else ""


def _concerning(faults: Faults, name: str, topic: str) -> Parameters | None:
    parameters = faults.active(name)
    return parameters if parameters and parameters["topic"] in (EVERYWHERE, topic) else None


def _is_hit(identity: str, parameters: Parameters) -> bool:
    return zlib.crc32(identity.encode()) < float(parameters["share"]) * 2**32


def _with_member(item: Item, names: tuple[str, ...], change: Callable[[Any], Any]) -> Item:
    """The item with those members changed, wherever in it they are."""

    def changed(inner: Item, _: Parameters) -> Item:
        return {
            name: change(value) if name in names and value is not None else _deeper(value, changed, {})
            for name, value in inner.items()
        }

    return changed(item, {})


def _deeper(value: Any, change: Change, parameters: Parameters) -> Any:
    return change(value, parameters) if isinstance(value, dict) else value


def _scaled(value: Any, factor: float) -> Any:
    """A number, or the text of one, times the factor; whole numbers stay whole."""
    if isinstance(value, str):
        return f"{float(value) * factor:g}" if value.replace(".", "", 1).lstrip("-").isdigit() else value
    return round(value * factor) if isinstance(value, int) else value * factor
