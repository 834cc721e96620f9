"""What people asked for over the API: a worker parses the row again, for the gateway parses nothing.

Answers and empties events.reparse_requests, writes events.parsed, both through events.finish_reparse.
"""

from typing import Final

import orjson
from psycopg_pool import AsyncConnectionPool

from fleet import parser
from fleet.db import Connection, borrowed, first_line
from fleet.model import Parsed, Raw
from fleet.parser import Limits
from fleet.pipeline.outcome import Outcome, fact_rows
from fleet.pipeline.parse_stage import UNSTORABLE
from fleet.rejections.reparse import reparsed

NEXT: Final = """select request_id, held, raw_id, received_at, source, topic, content_type, body, request_meta
                 from events.next_reparse()"""
FINISH: Final = "select events.finish_reparse(%s, %s::smallint, %s::jsonb, %s::jsonb)"


class ReparseStage:
    """Does the requests one by one; of several workers that do the same one, one answers."""

    def __init__(self, pool: AsyncConnectionPool[Connection], limits: Limits) -> None:
        self._pool = pool
        self._limits = limits

    async def drain(self) -> bool:
        """Do the oldest request. False when there is none."""
        async with borrowed(self._pool) as db:
            row = await (await db.execute(NEXT)).fetchone()
            if row is None:
                return False
            request_id, held, *columns = row
            raw = Raw(*columns)
            found = reparsed(raw, parser.parse(raw, self._limits), {(item, kind) for item, kind in held})
            facts = fact_rows([Outcome(raw.id, Parsed(found.missing, []))])
            try:
                await _finish(db, request_id, facts, found.as_document())
            except UNSTORABLE as refused:
                problem = f"The database refuses what came of it: {first_line(refused)}"
                await _finish(db, request_id, "[]", found.as_document() | {"problem": problem})
            return True


async def _finish(db: Connection, request_id: int, facts: str, document: dict[str, object]) -> None:
    await db.execute(FINISH, (request_id, parser.VERSION, facts, orjson.dumps(document).decode()))
