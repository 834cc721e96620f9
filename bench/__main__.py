"""`python -m bench [--only NAME ...]`: run the benchmarks, print the table, write `.fleet/bench.json`.

Exit codes: 0 every bar met, 1 a bar missed or a benchmark failed.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import report
from bench.live import live
from bench.parse import parse_items
from bench.pipeline import pipeline
from bench.platform import Platform
from bench.push import push
from bench.rebuild import large_rebuilds, rebuilds
from bench.report import Figure
from bench.soak import soak
from bench.storage import storage
from bench.vehicle_days import vehicle_days
from bench.visible import visible
from fleet.errors import FleetError
from fleet.observe import configure
from fleet.paths import ROOT

RESULT = ROOT / ".fleet" / "bench.json"
BENCHMARKS: dict[str, Callable[[Platform], Iterator[Figure]]] = {
    "parse": parse_items,
    "push": push,
    "visible": visible,
    "pipeline": pipeline,
    "days": vehicle_days,
    "rebuild": rebuilds,
    "storage": storage,
    "live": live,
}
LONG: dict[str, Callable[[Platform], Iterator[Figure]]] = {"large": large_rebuilds, "soak": soak}
"""Those that must be asked for by name."""


def measure(names: list[str]) -> Iterator[Figure]:
    """The figures of the named benchmarks, as they come."""
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        Path(folder).chmod(0o711)
        with Platform.running(Path(folder)) as platform:
            for name in names:
                yield from (BENCHMARKS | LONG)[name](platform)


def main() -> int:
    """Run what was asked for; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The benchmarks, on a private cluster.")
    names = f"{', '.join(BENCHMARKS)} (these by default), {', '.join(LONG)}"
    parser.add_argument(
        "--only", nargs="+", choices=[*BENCHMARKS, *LONG], default=[*BENCHMARKS], metavar="NAME", help=names
    )
    configure("warning")
    figures = []
    print(report.HEADER, flush=True)
    try:
        for figure in measure(parser.parse_args().only):
            figures.append(figure)
            print(figure.line, flush=True)
    except FleetError as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    finally:
        report.write(RESULT, figures)
    misses = [sentence for figure in figures for sentence in figure.misses]
    print("\n".join(misses) or "Every bar is met.")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
