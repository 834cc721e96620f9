"""Gateways to compare with: `python -m bench.gateways memory | commit_each`. The product's, but for the log.

`memory` answers at once and stores nothing: what the push path costs without a database.
`commit_each` appends and commits every push by itself: what grouping saves.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from fleet.config import GatewaySettings
from fleet.db import Connection, connect
from fleet.gateway.push import PushApp
from fleet.gateway.role import Gateway
from fleet.lifecycle import run_role
from fleet.log.append import Entry, GroupCommit, append
from fleet.observe import configure

CONNECTIONS = 8


class MemoryLog(GroupCommit):
    """Numbers an entry and forgets it."""

    async def append(self, entry: Entry) -> int:
        """Answers at once."""
        self._number += 1
        return self._number

    async def run(self) -> None:
        """There is nothing to do."""
        self._number = 0
        self.available = True
        await asyncio.Event().wait()


class CommitEachLog(GroupCommit):
    """One call of the append function and one commit an entry, over a few connections."""

    async def append(self, entry: Entry) -> int:
        """Durable on return."""
        connection = await self._idle.get()
        try:
            return (await append(connection, [entry]))[0]
        finally:
            self._idle.put_nowait(connection)

    async def run(self) -> None:
        """Hold the connections."""
        async with AsyncExitStack() as stack:
            self._idle = asyncio.Queue[Connection]()
            for _ in range(CONNECTIONS):
                connection = await stack.enter_async_context(await connect(self._url, self._application))
                self._idle.put_nowait(connection)
            self.available = True
            await asyncio.Event().wait()


LOGS = {"memory": MemoryLog, "commit_each": CommitEachLog}


class ComparedGateway(Gateway):
    """The product's gateway over another log."""

    def __init__(self, settings: GatewaySettings, log: type[GroupCommit]) -> None:
        super().__init__(settings)
        self._log = log(settings.database_push_url.get_secret_value(), "bench-gateway")
        self.push = PushApp(self._log, self._tally, settings.push_max_body_bytes)


if __name__ == "__main__":
    settings = GatewaySettings.read()
    configure(settings.log_level)
    run_role("gateway", lambda: ComparedGateway(settings, LOGS[sys.argv[1]]).run())
