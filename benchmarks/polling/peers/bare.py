"""The limit: an asyncio loop with the HTTP client that we ask with, and no database at all."""

import asyncio
from collections import deque

from pyreqwest.client import Client, ClientBuilder

from benchmarks.loop import run
from benchmarks.polling.load import KEY, Load


def work(load: Load) -> None:
    """Ask until the process is ended."""
    run(_ask_all(load))


async def _ask_all(load: Load) -> None:
    start = asyncio.get_running_loop().time()
    # All wait equally long, so that whoever is asked first is due first again.
    queue = deque((start + delay, url) for delay, url in load.delays)
    side_by_side = min(load.in_flight, load.tasks)
    async with ClientBuilder().no_proxy().max_connections(load.in_flight).build() as client:
        await asyncio.gather(*(_ask_on(client, queue, load) for _ in range(side_by_side)))


async def _ask_on(client: Client, queue: deque[tuple[float, str]], load: Load) -> None:
    clock = asyncio.get_running_loop().time
    while True:
        due, url = queue.popleft()
        if (wait := due - clock()) > 0:
            await asyncio.sleep(wait)
        if await ask(client, url) == "pending":
            queue.append((clock() + load.interval, url))


async def ask(client: Client, url: str) -> str:
    """Ask once; return the status that is answered."""
    response = await client.get(url).bearer_auth(KEY).build().send()
    return str((await response.json())["status"])
