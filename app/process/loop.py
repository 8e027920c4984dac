"""The process's event loop: on a thread of its own, fed from threads that speak SQL."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

new_loop: Callable[[], asyncio.AbstractEventLoop]
try:
    import uvloop
except ImportError:  # There is none for Windows.
    new_loop = asyncio.new_event_loop
else:
    new_loop = uvloop.new_event_loop

T = TypeVar("T")


class LoopThread:
    """An event loop that runs until it is closed. Celery has no pool of that kind."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Start `loop`, by default the cheapest there is on this machine, on a daemon thread."""
        self._loop = loop or new_loop()
        self._thread = Thread(target=self._loop.run_forever, name="lemonwatch-loop", daemon=True)
        self._thread.start()

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run `work` on the loop; the future is for other threads to wait on."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T], *, timeout: float) -> T:
        """Run `work` on the loop and wait at most `timeout` seconds; what takes longer is cancelled."""
        future = self.start(work)
        try:
            return future.result(timeout)
        except TimeoutError:
            future.cancel()
            raise

    def soon(self, act: Callable[[], None]) -> None:
        """Run `act` on the loop's thread, soon."""
        self._loop.call_soon_threadsafe(act)

    def close(self) -> None:
        """Cancel what still runs, and end the thread."""
        self.call(_cancel_others(), timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
