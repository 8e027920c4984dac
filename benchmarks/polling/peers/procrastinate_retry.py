"""A queue in the same PostgreSQL: a procrastinate job for each task, retried every 3 s."""

import asyncio
import logging
from itertools import groupby

import procrastinate
from pyreqwest.client import ClientBuilder
from sqlalchemy import make_url

from benchmarks.polling.load import Load
from benchmarks.polling.peers.bare import ask

# It asks for jobs that fall due when it has nothing else to do, by default only every 5 s.
LOOK = 0.1  # seconds
SIDE_BY_SIDE = 50


class Pending(Exception):
    """Not yet; to procrastinate, a failure, after which to try again."""


def make_app(load: Load) -> procrastinate.App:
    """Make the queue and its one kind of job."""
    url = make_url(load.database_url).set(drivername="postgresql")
    connector = procrastinate.PsycopgConnector(conninfo=url.render_as_string(hide_password=False))
    app = procrastinate.App(connector=connector)
    client = ClientBuilder().no_proxy().build()

    async def poll(url: str) -> None:
        if await ask(client, url) == "pending":
            raise Pending

    app.task(poll, name="poll", retry=procrastinate.RetryStrategy(wait=int(load.interval)))
    return app


def fill(load: Load) -> None:
    """Put in a job for each task."""
    asyncio.run(_fill(load))


def work(load: Load) -> None:
    """Run the worker until the process is ended."""
    logging.disable()  # It logs each retry as an error, with a traceback.
    asyncio.run(_work(load))


async def _fill(load: Load) -> None:
    async with make_app(load).open_async() as app:
        await app.schema_manager.apply_schema_async()
        # Those of a tenth of a second together.
        for tenths, together in groupby(load.delays, key=lambda of: int(of[0] * 10)):
            deferrer = app.configure_task("poll", schedule_in={"milliseconds": tenths * 100})
            await deferrer.batch_defer_async(*({"url": url} for _, url in together))


async def _work(load: Load) -> None:
    async with make_app(load).open_async() as app:
        await app.run_worker_async(
            concurrency=SIDE_BY_SIDE, fetch_job_polling_interval=LOOK, wait=True
        )
