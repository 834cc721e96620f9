"""A fleet that reports evenly, a process of its own: `python -m bench.steady --port P`. Every fix is a new one.

10,000 devices report every ten seconds, ten to a push: 100 pushes and 1,000 fixes a second, until it is killed.
"""

import argparse
import asyncio
from datetime import datetime

import httpx

from bench.bodies import REPORT_EVERY, fix, push_body, whole_second

DEVICES = 10_000
DEVICES_PER_PUSH = 10
FIXES_PER_S = DEVICES / REPORT_EVERY.total_seconds()
CONNECTIONS = 4


async def report(client: httpx.AsyncClient, first_device: int, fixed_at: datetime) -> None:
    """One push. Errors: httpx.HTTPStatusError when it is not accepted."""
    items = [fix(first_device + n, fixed_at) for n in range(DEVICES_PER_PUSH)]
    answer = await client.post("/push/jimi/pushgps", content=push_body(items))
    answer.raise_for_status()


async def run(port: int) -> None:
    """Report until killed; a push that is late does not put off the later ones."""
    every_s = DEVICES_PER_PUSH / FIXES_PER_S
    url, limits = f"http://127.0.0.1:{port}", httpx.Limits(max_connections=CONNECTIONS)
    loop = asyncio.get_running_loop()
    async with (
        httpx.AsyncClient(base_url=url, limits=limits) as client,
        asyncio.TaskGroup() as sent,
    ):
        due_s, first_device = loop.time(), 0
        while True:
            sent.create_task(report(client, first_device, whole_second()))
            first_device = (first_device + DEVICES_PER_PUSH) % DEVICES
            due_s += every_s
            await asyncio.sleep(due_s - loop.time())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(run(parser.parse_args().port))
