"""The loop runs what other threads hand to it, until it is closed."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from queue import SimpleQueue
from threading import Event, Thread, current_thread

import pytest

from app.process.loop import LoopThread, new_loop

LOOPS = ["the cheapest", "asyncio's own"]


@pytest.fixture(params=[new_loop, asyncio.new_event_loop], ids=LOOPS)
def loop(request: pytest.FixtureRequest) -> Iterator[LoopThread]:
    loop = LoopThread(request.param())
    yield loop
    loop.close()


async def answer() -> Thread:
    await asyncio.sleep(0)
    return current_thread()


async def fail() -> None:
    raise KeyError("lemon")


async def wait(begun: Event, cancelled: Event) -> None:
    begun.set()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        cancelled.set()
        raise


def test_work_runs_on_the_loop_s_own_thread_and_its_result_comes_back(loop: LoopThread) -> None:
    first, second = loop.call(answer(), timeout=5), loop.start(answer()).result(5)

    assert first is second is not current_thread()


def test_what_the_work_raises_the_caller_gets(loop: LoopThread) -> None:
    with pytest.raises(KeyError, match="lemon"):
        loop.call(fail(), timeout=5)


def test_work_that_takes_too_long_is_cancelled(loop: LoopThread) -> None:
    cancelled = Event()

    with pytest.raises(TimeoutError):
        loop.call(wait(Event(), cancelled), timeout=0.05)

    assert cancelled.wait(5)


def test_soon_runs_on_the_loop_s_thread(loop: LoopThread) -> None:
    threads: SimpleQueue[Thread] = SimpleQueue()

    loop.soon(lambda: threads.put(current_thread()))

    assert threads.get(timeout=5) is loop.call(answer(), timeout=5)


@pytest.mark.parametrize("make", [new_loop, asyncio.new_event_loop], ids=LOOPS)
def test_closing_cancels_what_still_runs_and_ends_the_thread(
    make: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    loop = LoopThread(make())
    begun, cancelled = Event(), Event()
    thread = loop.call(answer(), timeout=5)
    future = loop.start(wait(begun, cancelled))
    begun.wait(5)

    loop.close()

    assert cancelled.is_set()
    assert not thread.is_alive()
    with pytest.raises(CancelledError):
        future.result(0)


@pytest.mark.parametrize(
    ("prelude", "module"),
    [("", "asyncio" if sys.platform == "win32" else "uvloop"),
     ("import sys; sys.modules['uvloop'] = None", "asyncio")],
    ids=["as installed", "without uvloop"],
)  # fmt: skip
def test_the_loop_is_uvloop_s_where_there_is_one_and_asyncio_s_elsewhere(
    prelude: str, module: str
) -> None:
    script = f"{prelude}\nfrom app.process.loop import new_loop\nprint(type(new_loop()).__module__)"

    said = subprocess.check_output([sys.executable, "-c", script], text=True)

    assert said.split(".")[0].strip() == module
