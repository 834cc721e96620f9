"""What is done by the clock, and how it fares."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from psycopg.rows import class_row
from pydantic import BaseModel

from fleet.db import borrowed
from fleet.serve.access import FleetReader, context
from fleet.serve.context import Context

router = APIRouter(prefix="/api/jobs")


class JobStatus(BaseModel):
    """When a job of cron last ran and succeeded, what that brought (rows), and its problem, if it has one.

    `waits_for`: what it lacks to begin with. `overdue`: no success within twice its interval and five minutes.
    """

    job: str
    account: str
    interval_s: int
    started_at: datetime | None
    ended_at: datetime | None
    succeeded_at: datetime | None
    brought: int
    failures_in_a_row: int
    problem: str | None
    waits_for: str | None
    overdue: bool


@router.get("")
async def jobs(viewer: FleetReader, shared: Annotated[Context, Depends(context)]) -> list[JobStatus]:
    """Every job, by name and account."""
    async with borrowed(shared.reader) as db, db.cursor(row_factory=class_row(JobStatus)) as cursor:
        return await (await cursor.execute("select * from serve.fn_jobs()")).fetchall()
