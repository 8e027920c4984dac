"""The broker is only a doorbell: what it loses, and what rings twice, does not matter."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from redis import Redis

from tests.chaos.upstream import Upstream, upstream
from tests.e2e.parts import calling, flush, settings_on
from tests.e2e.receiver import receiving
from tests.e2e.service import all_ended, eventually, read, running
from tests.fakes import Reply, Request, serving
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port
from tests.servers.redis import own_redis

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


def test_a_broker_flushed_while_deliveries_are_due_costs_only_time(
    tmp_path: Path, alone: dict[str, str]
) -> None:
    """Each webhook is refused once, so that the next attempt waits in SQL, and there alone."""
    deleted: list[int] = []
    with (
        upstream(delay=0) as lemondata,
        serving(refusing_once()) as receiver,
        parts(tmp_path, lemondata, alone, "worker", "beat") as api,
        Redis.from_url(alone["LEMONWATCH_BROKER_URL"]) as redis,
    ):

        def all_have(answers: list[int]) -> bool:
            return all(answers_to(api, task) == answers for task in begun)

        def flush_until_told() -> bool:
            deleted.append(redis.dbsize())
            redis.flushall()
            return all_have([503, 204])

        begun = lemondata.begin(api, [0.0] * 10, webhook_url=receiver.url)
        eventually(lambda: all_have([503]), what="each is refused")
        eventually(flush_until_told, what="all are told")

    assert sum(deleted) > 2, "too little was deleted to prove anything"
    assert len(receiver.requests) == 2 * len(begun)
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == len(begun)


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


@pytest.fixture
def alone(postgres_server: PostgresServer, postgres_template: str) -> Iterator[dict[str, str]]:
    """Settings that every part has, with a Redis that nobody else uses."""
    database = postgres_server.create_database(template=postgres_template)
    with own_redis() as own, settings_on(database, own.server) as settings:
        yield settings
    postgres_server.drop_database(database)


def refusing_once() -> Callable[[Request], Reply]:
    """Answer 503 to what comes for the first time."""
    known: set[str] = set()

    def answer(request: Request) -> Reply:
        webhook_id = request.headers["webhook-id"]
        is_known = webhook_id in known
        known.add(webhook_id)
        return Reply(204 if is_known else 503)

    return answer


def answers_to(api: httpx.Client, task_id: str) -> list[int]:
    """Return the answers to all attempts on record to tell of a task."""
    items = read(api.get(f"/v1/tasks/{task_id}/timeline"), 200)["items"]
    return [item["status_code"] for item in items if item["what"] == "delivery attempt"]


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
