"""`fleet contract-check`: does the upstream still answer as agreed?"""

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from fleet.config import CronSettings

if TYPE_CHECKING:
    from fleet.drift.contract.run import ContractRun

EXIT_CODES = {"as_agreed": 0, "drift": 1, "unreachable": 3}
VERDICTS = {"as_agreed": "as agreed", "drift": "DRIFT", "unreachable": "no answer", "not_asked": "not asked"}


def contract_check(as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Ask every method of the vendor's once and hold the answers against the contract. Exit code 1 on drift."""
    from fleet.drift.contract.run import check_once

    run = asyncio.run(check_once(CronSettings.read()))
    print(as_document(run) if as_json else as_text(run))
    raise typer.Exit(EXIT_CODES[run.verdict])


def as_document(run: "ContractRun") -> str:
    """The run as JSON, as GET /api/drift/contract gives it."""
    document = {
        "run_id": run.run_id,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "verdict": run.verdict,
        "methods": [asdict(result) for result in run.results],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def as_text(run: "ContractRun") -> str:
    """A line a method, and below it what is otherwise than agreed."""
    lines = []
    for result in run.results:
        lines.append(f"{result.method}: {VERDICTS[result.verdict]}, {result.rows} rows")
        lines += [
            f"    {one.field or 'answer'}: {one.problem}; expected {one.expected}, found {one.found}"
            for one in result.differences
        ]
    return "\n".join([*lines, f"The contract as a whole: {VERDICTS[run.verdict]}."])
