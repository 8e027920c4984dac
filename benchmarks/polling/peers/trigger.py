"""As Airflow's triggers do it: one coroutine a task, which asks with aiohttp and sleeps between.

On asyncio's own loop, as the triggerer; kinder than Airflow in that all share one session.
"""

import asyncio

import aiohttp

from benchmarks.polling.load import KEY, Load


def work(load: Load) -> None:
    """Ask until the process is ended."""
    asyncio.run(_watch_all(load))


async def _watch_all(load: Load) -> None:
    connector = aiohttp.TCPConnector(limit=load.in_flight)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(_watch(session, load, *of) for of in load.delays))


async def _watch(session: aiohttp.ClientSession, load: Load, delay: float, url: str) -> None:
    await asyncio.sleep(delay)
    while True:
        async with session.get(url) as response:
            if (await response.json())["status"] != "pending":
                return
        await asyncio.sleep(load.interval)
