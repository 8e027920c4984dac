"""Measures one crowd that waits: what it costs while it does, and how soon all are answered."""

import asyncio
import time
from dataclasses import dataclass

from app.process.loop import new_loop
from app.start.files import allow_many
from benchmarks.cores import on
from benchmarks.waiting.site import Kind, Site, site
from benchmarks.waiting.waiters import wait_all

ARRIVING = 55.0  # seconds that all may take to come: the first wait for sixty


@dataclass(frozen=True, kw_only=True, slots=True)
class Waited:
    """What it came to."""

    database: str
    waiters: int
    tasks: int
    empty_mb: float  # The API process before anybody came.
    waiting_mb: float  # And while all wait.
    most_mb: float  # And at most, answering included.
    arriving: float  # Seconds until all waited.
    statements: float  # A second, while all wait.
    p50: float  # Seconds from the commit to the answer.
    p99: float
    last: float


def measure(database: Kind, *, waiters: int, tasks: int, calm: float) -> Waited:
    """Have so many wait for so many tasks, watch them for `calm` seconds, and record the end of all."""
    allow_many()
    runner = asyncio.Runner(loop_factory=new_loop)
    with site(database, tasks=tasks) as here, on(here.waiters_core), runner:
        return runner.run(_measure(here, database, waiters, tasks, calm))


async def _measure(here: Site, database: str, waiters: int, tasks: int, calm: float) -> Waited:
    empty, began = here.memory("VmRSS"), time.monotonic()
    arriving = waiting = statements = committed = 0.0

    async def during() -> None:
        nonlocal arriving, waiting, statements, committed
        while await asyncio.to_thread(here.ask, "waiting") < waiters:
            await asyncio.sleep(0.1)
            if time.monotonic() > began + ARRIVING:
                raise TimeoutError(f"{waiters} clients took too long to come")
        arriving = time.monotonic() - began
        before = await asyncio.to_thread(here.ask, "statements")
        await asyncio.sleep(calm)
        statements = (await asyncio.to_thread(here.ask, "statements") - before) / calm
        waiting = here.memory("VmRSS")
        committed = await asyncio.to_thread(here.end)

    answered = sorted(await wait_all(here.port, waiters=waiters, tasks=tasks, during=during))
    late = [at - committed for at in answered]
    return Waited(
        database=database, waiters=waiters, tasks=tasks, empty_mb=empty, waiting_mb=waiting,
        most_mb=here.memory("VmHWM"), arriving=arriving, statements=statements,
        p50=late[len(late) // 2], p99=late[len(late) * 99 // 100], last=late[-1],
    )  # fmt: skip
