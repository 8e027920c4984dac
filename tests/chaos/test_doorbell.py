"""The broker is only a doorbell: what it loses, and what rings twice, does not matter."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
from redis import Redis

from tests.chaos.upstream import Upstream, upstream
from tests.e2e.parts import calling, flush
from tests.e2e.receiver import receiving
from tests.e2e.service import all_ended, eventually, running
from tests.servers.process import free_port

DURATIONS = [1 + 0.2 * number for number in range(20)]


def test_a_broker_that_forgets_everything_costs_only_time(
    tmp_path: Path, shared: dict[str, str]
) -> None:
    """Its keys are deleted again and again while the tasks run."""
    with (
        upstream(delay=0.1) as lemondata,
        receiving() as receiver,
        parts(tmp_path, lemondata, shared, "worker", "beat") as api,
        flushing(shared) as deleted,
    ):
        begun = lemondata.begin(api, DURATIONS, webhook_url=receiver.url)
        tasks = eventually(lambda: all_ended(api), what="all end")
        eventually(lambda: set(receiver.ids()) == begun, what="all are told")

    assert sum(deleted) > 2, "too little was deleted to prove anything"
    assert {task["status"] for task in tasks.values()} == {"completed"}
    assert {task: len(ids) for task, ids in receiver.ids().items()} == dict.fromkeys(begun, 1)


def test_two_beats_and_two_workers_never_ask_twice_at_once(
    tmp_path: Path, shared: dict[str, str]
) -> None:
    """Although each answer takes longer than it takes the beats to ring four times."""
    with (
        upstream(delay=1.2) as lemondata,
        receiving() as receiver,
        parts(tmp_path, lemondata, shared, "worker", "worker", "beat", "beat") as api,
    ):
        begun = lemondata.begin(api, DURATIONS[:12], webhook_url=receiver.url)
        tasks = eventually(lambda: all_ended(api), what="all end")
        eventually(lambda: set(receiver.ids()) == begun, what="all are told")

    assert lemondata.polls > len(begun)
    assert lemondata.overlapping == set()
    assert {task["status"] for task in tasks.values()} == {"completed"}
    assert {task: len(ids) for task, ids in receiver.ids().items()} == dict.fromkeys(begun, 1)


@contextmanager
def parts(
    folder: Path, lemondata: Upstream, shared: dict[str, str], *names: str
) -> Iterator[httpx.Client]:
    """Run an API and these parts until the block ends, which calls the API."""
    port = str(free_port())
    settings = shared | {"LEMONDATA_BASE_URL": lemondata.url, "LEMONWATCH_PORT": port}
    with ExitStack() as stack:
        for name in ("api", *names):
            stack.enter_context(running(name, folder=folder, **settings))
        yield stack.enter_context(calling(port))


@contextmanager
def flushing(shared: dict[str, str]) -> Iterator[list[int]]:
    """Delete what the parts keep on the Redis until the block ends; it is told how much, each time."""
    deleted: list[int] = []
    over = Event()

    def delete() -> None:
        with Redis.from_url(shared["LEMONWATCH_BROKER_URL"]) as redis:
            while not over.wait(0.02):
                deleted.append(flush(redis, shared["LEMONWATCH_BROKER_PREFIX"]))

    thread = Thread(target=delete)
    thread.start()
    try:
        yield deleted
    finally:
        over.set()
        thread.join()
