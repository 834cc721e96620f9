"""Days of usual traffic in the vendor's words, out of the sandbox's own fleet, without a network."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

import orjson

from fleet.drift.paths import Row
from fleet.sandbox.bodies import bodies_of, encoded
from fleet.sandbox.fleet import Fleet, FleetPlan
from fleet.sandbox.roads import networks
from fleet.sandbox.rows import device_row, location_row
from fleet.sandbox.signals import Signal
from fleet.sandbox.wire import MESSAGE_TYPES, PATHS

MONDAY = datetime(2026, 7, 13, 0, 0, tzinfo=UTC)


class Traffic:
    """Rows of the log as they come in; every `pause` the listing of places is polled.

    `spoil` may, by topic, change an item before it is sent, or leave it out (None).
    """

    def __init__(
        self, vehicles: int = 10, start: datetime = MONDAY, seed: int = 5, pause: timedelta = timedelta(minutes=1)
    ) -> None:
        self.now = start
        self._pause = pause
        self.spoil: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {}
        self._fleet = Fleet(FleetPlan(vehicles, seed, start, networks()))
        self._rows = 0
        self.sent: dict[str, dict[str, dict[str, int]]] = {}
        """Items by device, kind and transport, as the sandbox's side door tells them."""

    def over(self, span: timedelta) -> Iterator[list[Row]]:
        """The rows of each pause of the next while."""
        end = self.now + span
        while self.now < end:
            self.now += self._pause
            yield [*self._pushed(self._fleet.advance(self.now)), *self._polled()]

    def _pushed(self, signals: list[Signal]) -> Iterator[Row]:
        for body in bodies_of(signals, 0.0):
            self._count((signal.imei for signal in body.signals), body.kind, "push")
            if body.kind in MESSAGE_TYPES:
                data = orjson.dumps(self._spoiled(MESSAGE_TYPES[body.kind], body.items())[0]).decode()
                text = f"msgType={MESSAGE_TYPES[body.kind]}&data={quote_plus(data)}"
                yield self._row("jimi.push", MESSAGE_TYPES[body.kind], text.encode(), {"family": "a"})
            else:
                topic = PATHS[body.kind].lower()
                items = self._spoiled(topic, body.items())
                if items:
                    yield self._row("jimi.push", topic, encoded(body.kind, items, "*", as_json=False)[1], {})

    def _polled(self) -> Iterator[Row]:
        yield self._listing("jimi.user.device.location.list", self._locations())
        if self.now.hour == 2 and self.now.minute == 0:
            yield self._listing("jimi.user.device.list", [device_row(device) for device in self._fleet.devices])

    def _locations(self) -> list[dict[str, Any]]:
        rows = [location_row(device, self._fleet.seen(device.imei)) for device in self._fleet.devices]
        return [row for row in rows if row is not None]

    def _listing(self, topic: str, items: list[dict[str, Any]]) -> Row:
        self._count((item["imei"] for item in items), "device" if topic.endswith("device.list") else "gps", "poll")
        body = orjson.dumps({"code": 0, "message": "success", "result": self._spoiled(topic, items), "data": None})
        return self._row("jimi.poll", topic, body, {"params": {"target": "demo_nairobi"}})

    def _spoiled(self, topic: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        spoil = self.spoil.get(topic)
        return items if spoil is None else [changed for item in items if (changed := spoil(item)) is not None]

    def _count(self, imeis: Iterable[str], kind: str, transport: str) -> None:
        for imei in imeis:
            counts = self.sent.setdefault(imei, {}).setdefault(str(kind), {})
            counts[transport] = counts.get(transport, 0) + 1

    def _row(self, source: str, topic: str, body: bytes, meta: dict[str, Any]) -> Row:
        self._rows += 1
        return Row(self._rows, self.now, source, 1, topic, "", body, meta)
