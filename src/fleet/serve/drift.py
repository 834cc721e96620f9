"""What changed upstream: findings on live traffic, and the checks of the contract."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from fleet.auth.tokens import Viewer
from fleet.db import borrowed
from fleet.serve.access import FleetReader, context, viewer_with
from fleet.serve.context import Context
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api/drift")

FleetAdmin = Annotated[Viewer, Depends(viewer_with("admin:fleet"))]
State = Literal["open", "acknowledged", "resolved"]
Kind = Literal["new_field", "vanished_field", "changed_type", "unknown_alarm_code", "unit_jump", "omitted_vehicles"]
LARGEST_ID = 2**63 - 1


class DriftFinding(BaseModel):
    """One thing that the upstream does otherwise than it used to; `raw_ids` are examples."""

    finding_id: int
    kind: Kind
    source: str
    topic: str
    field: str
    cause: str
    sentence: str
    raw_ids: list[int]
    first_seen_at: datetime
    last_seen_at: datetime
    count: int
    state: State
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    note: str | None
    resolved_at: datetime | None


class DriftFindings(BaseModel):
    """A page, newest first; `next` is the `before` of the page after it."""

    items: list[DriftFinding]
    next: int | None


class ContractResult(BaseModel):
    """What one method answered against what was agreed."""

    method: str
    verdict: Literal["as_agreed", "drift", "unreachable", "not_asked"]
    rows: int
    differences: list[dict[str, Any]]


class ContractRun(BaseModel):
    """The latest check of the contract."""

    run_id: int
    started_at: datetime
    ended_at: datetime
    verdict: Literal["as_agreed", "drift", "unreachable"]
    methods: list[ContractResult]


class LatestContractRun(BaseModel):
    """`run` is null when the contract has not been checked yet."""

    run: ContractRun | None


class Acknowledgement(BaseModel):
    """Why the finding is no reason to worry any more."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=1000)] = ""


@router.get("/findings")
async def findings(
    _viewer: FleetReader,
    shared: Annotated[Context, Depends(context)],
    state: Annotated[list[State] | None, Query()] = None,
    kind: Annotated[list[Kind] | None, Query()] = None,
    topic: Annotated[list[str] | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DriftFindings:
    """Findings, newest first."""
    asked = (state, kind, storable(topic), before, limit)
    async with borrowed(shared.reader) as db:
        rows = await (await db.execute("select serve.drift_findings(%s, %s, %s, %s, %s)", asked)).fetchall()
    items = [DriftFinding.model_validate(row[0]) for row in rows]
    return DriftFindings(items=items, next=items[-1].finding_id if len(items) == limit else None)


@router.post("/findings/{finding_id}/acknowledge")
async def acknowledge(
    finding_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    viewer: FleetAdmin,
    shared: Annotated[Context, Depends(context)],
    told: Acknowledgement | None = None,
) -> dict[str, bool]:
    """Say that an open finding has been seen: what is new in it is known from then on."""
    note = (told.note if told else "").replace("\x00", "")
    async with borrowed(shared.session) as db:
        row = await (
            await db.execute("select drift.acknowledge(%s, %s, %s)", (finding_id, viewer.username, note))
        ).fetchone()
    if not row or not row[0]:
        raise Problem(404, "no_open_finding", "No open finding has this number: it was acknowledged or is over.")
    return {"acknowledged": True}


@router.get("/contract")
async def contract(_viewer: FleetReader, shared: Annotated[Context, Depends(context)]) -> LatestContractRun:
    """The latest check of the upstream's contract, method by method."""
    async with borrowed(shared.reader) as db:
        row = await (await db.execute("select serve.contract_run()")).fetchone()
    return LatestContractRun.model_validate({"run": row[0] if row else None})


def storable(texts: list[str] | None) -> list[str] | None:
    """Filters without what no stored text can hold."""
    return None if texts is None else [text.replace("\x00", "") for text in texts]
