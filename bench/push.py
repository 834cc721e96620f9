"""How many pushes one gateway process commits: beside itself without a database, and with a commit each."""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import orjson

from bench.platform import BenchFailed, Database, Platform, Process
from bench.report import Figure
from fleet.paths import ROOT

ROUNDS = 5
SECONDS = 4.0
SUBJECTS = {"durable": (), "twin": ("bench.gateways", "memory"), "commit_each": ("bench.gateways", "commit_each")}


def push(platform: Platform) -> Iterator[Figure]:
    """push_durable_rps, push_twin_rps, push_commit_each_rps, push_p99_ms; rounds of all three in turn."""
    runs: dict[str, list[dict[str, float]]] = defaultdict(list)
    with (
        platform.database() as database,
        platform.role("gateway", database) as durable,
        platform.role("gateway", database, SUBJECTS["twin"]) as twin,
        platform.role("gateway", database, SUBJECTS["commit_each"]) as commit_each,
    ):
        warm_up(database)
        for _ in range(ROUNDS):
            runs["durable"].append(load(durable))
            runs["twin"].append(load(twin))
            runs["commit_each"].append(load(commit_each))
    rps = {subject: [run["rps"] for run in runs[subject]] for subject in runs}
    n = sum(int(run["pushes"]) for run in runs["durable"])
    yield Figure("push_durable_rps", median(rps["durable"]), "/s", n, ratio(rps, "durable", "twin"), "push_twin_rps")
    yield Figure("push_twin_rps", median(rps["twin"]), "/s", sum(int(run["pushes"]) for run in runs["twin"]))
    yield Figure(
        "push_commit_each_rps",
        median(rps["commit_each"]),
        "/s",
        sum(int(run["pushes"]) for run in runs["commit_each"]),
        ratio(rps, "commit_each", "durable"),
        "push_durable_rps",
    )
    yield Figure("push_p99_ms", median(run["p99_ms"] for run in runs["durable"]), "ms", n)


def warm_up(database: Database) -> None:
    """A server of the second day: its buffers were used before, and its log's files are there to be used again.

    On the first day every new page is a page fault and every 16 MB of log are written twice; that took a third of
    the server's time a push.
    """
    with database.connect() as connection:
        connection.execute("create table public.warm_up (filler text)")
        connection.execute("alter table public.warm_up alter filler set storage plain")
        connection.execute("insert into public.warm_up select repeat('x', 7900) from generate_series(1, 131072)")
        connection.execute("drop table public.warm_up")
        connection.execute("checkpoint")


def ratio(rps: dict[str, list[float]], subject: str, against: str) -> float:
    """The median of the rounds' ratios: each round ran under one and the same weather."""
    return median(a / b for a, b in zip(rps[subject], rps[against], strict=True))


def load(gateway: Process) -> dict[str, float]:
    """One run of the load generator. Errors: BenchFailed when a push was not accepted."""
    command = [sys.executable, "-m", "bench.load", "--port", str(gateway.port), "--seconds", str(SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise BenchFailed(f"the load generator: {done.stderr.decode()[-500:]}")
    result: dict[str, float] = orjson.loads(done.stdout)
    if result["not_ok"]:
        raise BenchFailed(f"{result['not_ok']:g} pushes were not accepted")
    return result
