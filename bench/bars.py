"""The bars: what a machine with two cores must reach."""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit of a figure's value or ratio."""

    of: Literal["value", "ratio"]
    sense: Literal[">=", "<="]
    limit: float

    def met_by(self, measured: float) -> bool:
        """Is the measured value on the right side?"""
        return measured >= self.limit if self.sense == ">=" else measured <= self.limit

    def __str__(self) -> str:
        return f"{'ratio ' if self.of == 'ratio' else ''}{self.sense} {self.limit:,g}"


EVERY_KIND: Final = Bar("value", ">=", 25_000)
BARS: Final = {
    "push_durable_rps": (Bar("ratio", ">=", 0.6),),
    "push_twin_rps": (Bar("value", ">=", 10_000),),
    "push_commit_each_rps": (Bar("ratio", "<=", 1 / 5),),
    "push_p99_ms": (Bar("value", "<=", 40),),
    "push_to_visible_p95_ms": (Bar("value", "<=", 250),),
    "parse_items_per_s": (EVERY_KIND,),
    "pipeline_items_per_s": (Bar("value", ">=", 12_000),),
    "rebuild_live_items_per_s": (Bar("value", ">=", 60_000),),
    "rebuild_history_items_per_s": (Bar("value", ">=", 40_000),),
    "rss_growth_mb": (Bar("value", "<=", 50),),
    "live_view_ms_160": (Bar("value", "<=", 10),),
    "live_view_ms_10k": (Bar("value", "<=", 150),),
    "live_view_ms_100k": (Bar("value", "<=", 1_500),),
}


def bars_of(figure: str) -> tuple[Bar, ...]:
    """The bars of a figure by its name; each kind that is parsed alone must reach what the mixture must."""
    is_a_kind = figure.startswith("parse_") and figure.endswith("_items_per_s")
    return BARS.get(figure, (EVERY_KIND,) if is_a_kind else ())
