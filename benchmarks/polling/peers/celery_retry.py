"""As most would build it: a Celery task for each poll, on Redis, which retries itself in 3 s.

No database, no result backend, and each worker process keeps its connection.
"""

from functools import cache
from typing import Any

import httpx
from celery import Celery

from benchmarks.polling.load import KEY, Load

# Enough to keep one core busy while each waits 20 ms for its answer.
PROCESSES = 8
QUIETLY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR")


def make_app(load: Load) -> Celery:
    """Make the Celery app and its one task."""
    app = Celery("peer", broker=load.broker_url)
    app.conf.update(broker_connection_retry_on_startup=True, task_ignore_result=True)

    @app.task(bind=True, name="poll", max_retries=None)
    def poll(self: Any, url: str) -> None:
        if _client().get(url).json()["status"] == "pending":
            raise self.retry(countdown=load.interval)

    return app


def fill(load: Load) -> None:
    """Put in a message for each task."""
    app = make_app(load)
    for delay, url in load.delays:
        app.send_task("poll", args=[url], countdown=delay)


def work(load: Load) -> None:
    """Run the worker until the process is ended."""
    make_app(load).worker_main(["worker", f"--concurrency={PROCESSES}", *QUIETLY])


@cache
def _client() -> httpx.Client:
    """Return this worker process's client."""
    return httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False)
