"""The types of contract fields: an exact check in Rust first, our tolerant reader only where that fails.

A field of an item's identity, time or place refuses what it cannot read; any other field then
counts as absent, for a broken extra must not cost a good position.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import GetCoreSchemaHandler, PlainValidator
from pydantic_core import CoreSchema, core_schema

from fleet.parser.coercion import (
    read_clock_time,
    read_flag,
    read_imei,
    read_instant,
    read_local_instant,
    read_number,
    read_quality,
    read_text,
)

_DECIMALS: Final = 1
_LONG_TEXT_LIMIT: Final = 2000


def _exact_or(exact: CoreSchema, tolerant: Callable[[Any], Any]) -> CoreSchema:
    reader = core_schema.no_info_plain_validator_function(tolerant)
    return core_schema.union_schema([exact, reader], mode="left_to_right")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number within [low, high] in our unit, `factor` times the upstream's; outside, unreadable or blank: absent."""

    low: float
    high: float
    factor: float = 1

    def read(self, value: object) -> float | None:
        """The number in our unit, if it is one and in range."""
        try:
            number = read_number(value)
        except ValueError:
            return None
        if number is not None and self.factor != 1:
            number = round(number * self.factor, _DECIMALS)
        return number if number is not None and self.low <= number <= self.high else None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if self.factor != 1:
            return core_schema.no_info_plain_validator_function(self.read)
        exact = core_schema.float_schema(strict=True, ge=self.low, le=self.high)
        return _exact_or(exact, self.read)


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a person states: blank is absent, but a wrong one refuses the row, for somebody can mend it."""

    measure: Measure

    def read(self, value: object) -> float | None:
        """The number in our unit. Errors: ValueError when it is none or out of range."""
        if read_number(value) is None:
            return None
        number = self.measure.read(value)
        if number is None:
            raise ValueError(f"not within {self.measure.low:g} to {self.measure.high:g}")
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the texts of a table, in any casing, as the table's value; any other: absent."""

    table: Mapping[str, Any]

    def read(self, value: object) -> Any:
        """The table's value for the text."""
        return self.table.get((read_text(value) or "").lower())

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number within [0, high]; else absent."""

    high: int

    def read(self, value: object) -> int | None:
        """The whole number, if it is one and in range."""
        number = Measure(0, self.high).read(value)
        return int(number) if number is not None and number.is_integer() else None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _exact_or(core_schema.int_schema(strict=True, ge=0, le=self.high), self.read)


class _Coordinate:
    """A finite number of degrees; its range is the place check's business."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _exact_or(core_schema.float_schema(strict=True, allow_inf_nan=False), read_number)


class _Imei:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _exact_or(core_schema.str_schema(strict=True, pattern="^[0-9]{8,20}$"), read_imei)


def _instant_or_none(value: object) -> datetime | None:
    try:
        return read_instant(value)
    except ValueError:
        return None


def _long_text(value: object) -> str | None:
    return value[:_LONG_TEXT_LIMIT] if isinstance(value, str) else None


Imei = Annotated[str | None, _Imei()]
Instant = Annotated[datetime | None, PlainValidator(read_instant)]
SideInstant = Annotated[datetime | None, PlainValidator(_instant_or_none)]
Degrees = Annotated[float | None, _Coordinate()]
LocalInstant = Annotated[datetime | None, PlainValidator(read_local_instant)]
ClockTime = Annotated[str | None, PlainValidator(read_clock_time)]
Flag = Annotated[bool | None, PlainValidator(read_flag)]
Quality = Annotated[str, PlainValidator(read_quality)]
LongText = Annotated[str | None, PlainValidator(_long_text)]
Text = Annotated[str | None, PlainValidator(read_text)]
SpeedKmh = Annotated[float | None, Measure(0, 400)]
HeadingDeg = Annotated[float | None, Measure(0, 360)]
AltitudeM = Annotated[float | None, Measure(-500, 20_000)]
DurationS = Annotated[float | None, Measure(0, 100_000_000)]
Litres = Annotated[float | None, Measure(0, 10_000)]
Celsius = Annotated[float | None, Measure(-100, 300)]
Rpm = Annotated[float | None, Measure(0, 20_000)]
Percent = Annotated[float | None, Measure(0, 100)]
Volts = Annotated[float | None, Measure(0, 100)]
Satellites = Annotated[int | None, Count(99)]
StatusBits = Annotated[int | None, Count(2**32 - 1)]
