"""What one worker holds from look to look is another's soon after it is gone."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.chaos.upstream import upstream
from tests.e2e.parts import calling
from tests.e2e.service import Command, all_ended, eventually, history, running
from tests.servers.postgres import connect
from tests.servers.process import free_port

DURATIONS = [32.0 + 0.1 * number for number in range(20)]
# A lease that is held ends half a minute later than this at the earliest.
KILLED, ENDED = 25.0, 8.0


@pytest.fixture
def quick(shared: dict[str, str]) -> dict[str, str]:
    """Settings by which all tasks can be asked for each second, within a budget that is ample."""
    ample = {"LEMONDATA_RPM": "6000"}
    return shared | ample | {"LEMONWATCH_POLL_FLOOR": "1", "LEMONWATCH_POLL_CAP": "2"}


@contextmanager
def one_that_holds_all(
    folder: Path, quick: dict[str, str]
) -> Iterator[tuple[httpx.Client, Command]]:
    """Run a worker that holds every task, and then another beside it."""
    port = str(free_port())
    with upstream(delay=0.05) as lemondata:
        settings = quick | {"LEMONDATA_BASE_URL": lemondata.url, "LEMONWATCH_PORT": port}
        with (
            running("api", folder=folder, **settings),
            running("beat", folder=folder, **settings),
            running("worker", folder=folder, **settings) as first,
            calling(port) as api,
        ):
            lemondata.begin(api, DURATIONS, webhook_url="http://127.0.0.1:9/nobody")
            eventually(lambda: held(quick) == len(DURATIONS), what="all are held")
            with running("worker", folder=folder, **settings):
                time.sleep(3)  # Until it is up, and looks for what is due.
                yield api, first


def held(quick: dict[str, str]) -> int:
    """Count the tasks whose lease goes on for long."""
    with connect(quick["LEMONWATCH_DATABASE_URL"]) as database:
        rows = database.execute(
            "SELECT task_id FROM poll WHERE leased_until > due_at + interval '25 s'"
        )
        return len(rows.fetchall())


def polls(api: httpx.Client) -> dict[str, int]:
    """Return how often each task was looked at."""
    return {name: task["polls"] for name, task in history(api).items()}


@pytest.mark.parametrize(
    ("number", "soon"), [(signal.SIGKILL, KILLED), (signal.SIGTERM, ENDED)], ids=["killed", "ended"]
)
def test_what_a_worker_held_is_asked_for_by_the_other(
    tmp_path: Path, quick: dict[str, str], number: signal.Signals, soon: float
) -> None:
    """Long before the leases end, and each task ends as it should."""
    with one_that_holds_all(tmp_path, quick) as (api, first):
        first.end(number)
        gone, before = time.monotonic(), polls(api)
        eventually(
            lambda: all(polls(api)[name] > count for name, count in before.items()),
            what="all are asked for again",
        )
        took = time.monotonic() - gone
        tasks = eventually(lambda: all_ended(api), patience=90, what="all end")

    assert len(tasks) == len(DURATIONS)
    assert {task["status"] for task in tasks.values()} == {"completed"}
    assert took < soon
