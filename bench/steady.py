"""A fleet that reports evenly, a process of its own: `python -m bench.steady --port P`. Every fix is a new one.

10,000 devices report every ten seconds, ten to a push: 100 pushes and 1,000 fixes a second, until it is killed.
"""

import argparse
import asyncio

import httpx

from bench.bodies import REPORT_EVERY, fix, push_body, whole_second

DEVICES = 10_000
DEVICES_PER_PUSH = 10
FIXES_PER_S = DEVICES / REPORT_EVERY.total_seconds()
PUSH_EVERY_S = DEVICES_PER_PUSH / FIXES_PER_S
CONNECTIONS = 8


async def report(client: httpx.AsyncClient, first_device: int) -> None:
    """Every so many-th push, one after the other. One that is late puts the next ones off; none is left out."""
    loop = asyncio.get_running_loop()
    due_s = loop.time() + PUSH_EVERY_S * first_device / DEVICES_PER_PUSH
    while True:
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        items = [fix(first_device + n, whole_second()) for n in range(DEVICES_PER_PUSH)]
        answer = await client.post("/push/jimi/pushgps", content=push_body(items))
        answer.raise_for_status()
        first_device = (first_device + CONNECTIONS * DEVICES_PER_PUSH) % DEVICES
        due_s += PUSH_EVERY_S * CONNECTIONS


async def run(port: int) -> None:
    """Report until killed. Errors: httpx.HTTPStatusError when a push is not accepted."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client, asyncio.TaskGroup() as fleet:
        for connection in range(CONNECTIONS):
            fleet.create_task(report(client, connection * DEVICES_PER_PUSH))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(run(parser.parse_args().port))
