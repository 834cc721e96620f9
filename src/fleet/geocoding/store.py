"""The queue of places and the slots of geocoders in the database. Owns geo.* and state.geocoded_positions."""

from dataclasses import dataclass
from typing import Any

from fleet.db import Connection
from fleet.geocoding.answer import Address

LOOK_EVERY_S = 15.0
MOST_WAITING = 1000
"""At one question a second, a quarter of an hour's work: what waits longer is found again."""
ONE_QUESTION_IN_S = 1.0
LEASE_S = 60.0
"""Longer than a question may take."""


@dataclass(frozen=True, slots=True)
class Question:
    """A place to ask a geocoder about now: the middle of a cell."""

    cell: int
    lat: float
    lon: float
    geocoder: str


async def look_for_places(db: Connection) -> None:
    """Queue the places where vehicles stand, unless somebody did just now."""
    await db.execute("select geo.look_for_places(make_interval(secs => %s), %s)", (LOOK_EVERY_S, MOST_WAITING))


async def next_question(db: Connection, geocoders: list[str], every_s: float) -> Question | float | None:
    """A question with its slot taken, or the seconds until a slot is free, or None: nothing is due."""
    cursor = await db.execute(
        "select cell, lat, lon, geocoder, wait_s from geo.next_question("
        "%s, make_interval(secs => %s), make_interval(secs => %s))",
        (geocoders, every_s, LEASE_S),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return Question(*row[:4]) if row[0] is not None else float(row[4])


async def keep(db: Connection, question: Question, geocoders: list[str], told: Address) -> None:
    """Keep an answer."""
    await db.execute(
        "select geo.keep_answer(%s, %s, %s, %s, %s)",
        (question.cell, question.geocoder, geocoders, told.text, told.precision),
    )


async def note_failure(db: Connection, question: Question, geocoders: list[str], why: str, pause_s: float) -> None:
    """Note that a geocoder failed."""
    await db.execute(
        "select geo.note_failure(%s, %s, %s, %s, make_interval(secs => %s))",
        (question.cell, question.geocoder, geocoders, why, pause_s),
    )


async def status(db: Connection) -> dict[str, Any]:
    """How many places wait, and how each geocoder fares."""
    row = await (await db.execute("select geo.status()")).fetchone()
    return dict(row[0]) if row else {}
