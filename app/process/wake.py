"""How other threads wake who waits on an event loop: with one call, in turns with what else it does."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

AT_ONCE = 100  # Of thousands each writes an answer, and other requests are to get in between.

T = TypeVar("T")
Result = tuple["asyncio.Future[T]", T | BaseException]


def wake(results: Iterable[Result[T]]) -> None:
    """Give each future its result, or raise it there; from any thread."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Result[T]]] = defaultdict(list)
    for one in results:
        by_loop[one[0].get_loop()].append(one)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # It may have been closed in the meantime.
            loop.call_soon_threadsafe(_settle, loop, its)


def _settle(loop: asyncio.AbstractEventLoop, results: Sequence[Result[T]]) -> None:
    for future, result in results[:AT_ONCE]:
        if future.done():  # Who waited may have gone, or been woken by another.
            continue
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)
    if rest := results[AT_ONCE:]:
        loop.call_soon(_settle, loop, rest)
