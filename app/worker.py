"""The door to Celery: the tick modules, the beat schedule, and how a worker runs. Nothing else."""

from typing import Any

import celery.worker.state
from celery import Celery
from celery.beat import Scheduler, Service

from app.process.garbage import search_seldom
from app.settings import Settings

ROOMS = ("poll", "deliver", "curves", "statistics", "retention")
TICKS = tuple(f"app.{room}.ticks" for room in ROOMS)
# Seconds between two rings of each.
RINGS = {
    "poll.round": 1.0,
    "deliver.round": 1.0,
    "curves.learn": 5.0,
    "statistics.roll": 5.0,
    "retention.round": 60.0,
}
STALE = 10.0  # seconds; longer than clocks of one installation differ
# A ring only claims; answers are awaited on the loop, and recorded by threads of their own.
THREADS = 4


def make_celery(settings: Settings) -> Celery:
    """Build the Celery app. Its messages only say "look now": losing all of them costs time alone."""
    celery_app = Celery("lemonwatch", broker=settings.broker_url.get_secret_value(), include=TICKS)
    celery_app.conf.update(
        beat_schedule={name: _entry(name, every) for name, every in RINGS.items()},
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport_options(settings),
        enable_utc=True,
        task_default_queue="lemonwatch",
        task_ignore_result=True,
        worker_hijack_root_logger=False,
        worker_prefetch_multiplier=1,
    )
    return celery_app


def _entry(name: str, every: float) -> dict[str, Any]:
    # A ring that nobody heard in time is worth nothing: the next one says the same. Without the
    # expiry a worker that was stopped for a night would find thousands of them; with one as short as
    # the period, a worker whose clock is a second ahead of beat's would hear none at all.
    return {"task": name, "schedule": every, "options": {"expires": STALE}}


def _transport_options(settings: Settings) -> dict[str, Any]:
    if settings.is_embedded:
        return {"polling_interval": 0.05}
    return {"global_keyprefix": settings.broker_prefix} if settings.broker_prefix else {}


def make_worker(celery_app: Celery) -> Any:
    """Build a worker on threads: they share the process's loop, where the network is waited for."""
    search_seldom()
    return celery_app.WorkController(
        pool="threads", concurrency=THREADS, loglevel="WARNING",
        without_gossip=True, without_mingle=True, quiet=True,
    )  # fmt: skip


def stop_worker() -> None:
    """Ask the worker of this process to end, as Celery itself does: it looks between messages."""
    setattr(celery.worker.state, "should_stop", 0)  # noqa: B010 - its stub says None


def make_beat(celery_app: Celery) -> Service:
    """Build a beat that keeps its schedule in memory; there is nothing in it to lose."""
    return Service(celery_app, scheduler_cls=Scheduler)
