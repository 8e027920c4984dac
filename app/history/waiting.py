"""Waits for news of a task: until it is over, or for who says what it has, until it has a version beside."""

import asyncio

from starlette.concurrency import run_in_threadpool

from app.clients.callers import Callers
from app.clients.keys import Caller
from app.history.reading import Reading, Shown
from app.outbox.subject import of_task
from app.process.process import Process
from app.waiting.waiting import Waiting
from app.web.known import Known


async def wait_for_news(
    process: Process, caller: Caller, upstream_id: str, known: Known, *, seconds: float
) -> Shown:
    """Return the caller's task once it is over, or after so many seconds as it is then.

    For who has a version already it is news enough that there is another. Raises NotFound, and
    NotAuthenticated where the key was revoked, or has expired, while it waited.
    """
    reading, waiting = process.get(Reading), process.get(Waiting)
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    shown = await run_in_threadpool(reading.first, caller.client, upstream_id)
    has_waited, is_in_time = False, True
    while is_in_time and clock() < until and _is_no_news(shown, known):
        has_waited, left = True, until - clock()
        before = shown.version
        is_in_time = await waiting.wait(of_task(shown.id), before, seconds=left)
        shown = await reading.again(shown.id)
        if is_in_time and shown.version <= before:
            # It was told of a task that was pruned, whose row SQLite has given to this one.
            waiting.forget(of_task(shown.id))
    if has_waited:
        await process.get(Callers).require(caller)
    return shown


def _is_no_news(shown: Shown, known: Known) -> bool:
    return shown.is_live and (known.is_nothing or known.has(shown.version))
