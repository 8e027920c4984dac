"""Celery's door: a real worker on a real Redis hears the bell and runs a round."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_hex
from threading import Thread
from time import monotonic, sleep

import celery.worker.state
import pytest
from celery import Celery
from pydantic import SecretStr
from sqlalchemy import select

from app.accounts.models import Account
from app.process import process as processes
from app.process.process import Process
from app.settings import Settings
from app.tasks.models import Task
from app.tasks.status import Status
from app.worker import make_celery, make_worker, stop_worker
from tests.build import make_task
from tests.curves import queue, queued, weights
from tests.fakes import Reply, serving
from tests.pruning import ended, names
from tests.servers.redis import RedisServer

DONE = Reply(200, b'{"status": "completed", "data": [{"url": "https://x/1.png"}]}')


@pytest.fixture
def settings(settings: Settings, redis_server: RedisServer) -> Settings:
    """A broker that other tests may be using too."""
    return settings.model_copy(
        update={
            "broker_url": SecretStr(redis_server.url),
            "broker_prefix": f"lw_test_{token_hex(4)}_",
        }
    )


@pytest.fixture
def bell(settings: Settings) -> Iterator[Celery]:
    """A worker that runs, and the app to ring it by."""
    celery_app = make_celery(settings)
    worker = make_worker(celery_app)
    thread = Thread(target=worker.start, daemon=True)
    thread.start()
    yield celery_app
    stop_worker()
    thread.join(10)
    setattr(celery.worker.state, "should_stop", None)  # noqa: B010
    celery_app.close()
    assert not thread.is_alive()


def test_a_ring_runs_a_round(process: Process, bell: Celery) -> None:
    """What is due is asked for and recorded; the message itself says nothing but "look now"."""
    with serving(lambda _: DONE) as server:
        here = Process(process.settings)
        processes.use(here)
        with process.database.writing() as session:
            session.scalars(select(Account)).one().base_url = server.url
            make_task(session)

        bell.send_task("poll.round")
        until = monotonic() + 20
        while status(process) is not Status.COMPLETED and monotonic() < until:
            sleep(0.05)

        assert status(process) is Status.COMPLETED
        assert len(server.requests) == 1
        here.close()


def test_a_ring_learns_what_was_seen(process: Process, bell: Celery) -> None:
    """Until the queue is empty."""
    here = Process(process.settings)
    processes.use(here)
    with process.database.writing() as session:
        queue(session, 3)

    bell.send_task("curves.learn")
    until = monotonic() + 20
    while left(process) and monotonic() < until:
        sleep(0.05)

    assert left(process) == 0
    with process.database.reading() as session:
        assert weights(session) == pytest.approx({("image", ""): 3, ("image", "flux-pro"): 3})
    here.close()


def test_a_ring_has_what_is_old_gone(process: Process, bell: Celery) -> None:
    """As long ago as the settings say."""
    ended(process, "img_1")
    here = Process(process.settings.model_copy(update={"retention": timedelta(seconds=1)}))
    processes.use(here)

    bell.send_task("retention.round")
    until = monotonic() + 20
    while names(process.database) and monotonic() < until:
        sleep(0.05)

    assert names(process.database) == []
    here.close(grace=20)


def left(process: Process) -> int:
    """Return how many observations are in the queue."""
    with process.database.reading() as session:
        return queued(session)


def status(process: Process) -> Status:
    """Return how the one task stands."""
    with process.database.reading() as session:
        return session.scalars(select(Task.status)).one()


def test_every_entry_of_the_beat_rings_a_tick_that_the_worker_knows(settings: Settings) -> None:
    """And expires, so that a worker that was stopped does not find hours of rings."""
    celery_app = make_celery(settings)
    celery_app.loader.import_default_modules()

    for entry in celery_app.conf.beat_schedule.values():
        assert entry["task"] in celery_app.tasks
        assert entry["schedule"] <= 60
        assert entry["options"]["expires"] <= 10
