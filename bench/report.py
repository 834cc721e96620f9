"""Figures: the table on the screen, `.fleet/bench.json`, and which bars were missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.bars import bars_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `n` is how much was measured; `ratio` is value ÷ the value of `against`."""

    name: str
    value: float
    unit: str
    n: int
    ratio: float | None = None
    against: str | None = None

    @property
    def misses(self) -> list[str]:
        """One sentence for each bar that it does not meet."""
        return [
            f"{self.name}: {bar.of} {rounded(measured)} misses the bar {bar}"
            for bar in bars_of(self.name)
            if (measured := getattr(self, bar.of)) is not None and not bar.met_by(measured)
        ]

    @property
    def line(self) -> str:
        """Its row of the table."""
        against = f"{self.ratio:.2f} x {self.against}" if self.ratio is not None else ""
        bars = ", ".join(map(str, bars_of(self.name)))
        verdict = "" if not bars else "missed" if self.misses else "met"
        return f"{self.name:<32}{rounded(self.value):>11} {self.unit:<8}{against:<30}{bars:<26}{verdict:<8}{self.n:>9}"

    @property
    def entry(self) -> dict[str, Any]:
        """Its value in bench.json."""
        ratio = None if self.ratio is None else round(self.ratio, 4)
        return {
            "value": round(self.value, 3),
            "unit": self.unit,
            "ratio": ratio,
            "against": self.against,
            "n": self.n,
        }


HEADER = f"{'figure':<32}{'value':>11} {'unit':<8}{'ratio':<30}{'bar':<26}{'':<8}{'n':>9}"


def rounded(value: float) -> str:
    """Three significant figures and a thousands separator."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def write(path: Path, figures: Sequence[Figure]) -> None:
    """Write bench.json; figures of earlier runs that were not measured anew are kept."""
    path.parent.mkdir(exist_ok=True)
    known = orjson.loads(path.read_bytes()) if path.exists() else {}
    entries = known | {figure.name: figure.entry for figure in figures}
    new = path.with_suffix(".new")
    new.write_bytes(orjson.dumps(entries, option=orjson.OPT_INDENT_2) + b"\n")
    new.replace(path)
