"""Retention as a job of cron: a process of its own, ended when cron ends."""

import asyncio
import sys

import orjson

from fleet.errors import FleetError

PROCESS = (sys.executable, "-m", "fleet.retention")


class RetentionFailed(FleetError):
    """Something that has been kept long enough could not leave."""


async def apply_retention() -> int:
    """One run; gives the rows archived and deleted and the chunks dropped. Errors: RetentionFailed."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*PROCESS, stdout=pipe, stderr=pipe)
    try:
        told, trouble = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        sentences = trouble.decode(errors="replace").strip().splitlines()
        raise RetentionFailed(" ".join(sentences[-3:]) or f"It ended with code {process.returncode}.")
    done = orjson.loads(told)
    return int(done["rows_archived"] + done["rows_deleted"] + done["chunks_dropped"])
