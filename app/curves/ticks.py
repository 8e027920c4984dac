"""Celery's way in to learning; the work itself is in `cycle`."""

from celery import shared_task

from app.clock import utc_now
from app.curves import cycle
from app.process import process


@shared_task(name="curves.learn", ignore_result=True)
def curves_learn() -> None:
    """Count what was seen of tasks since the last ring."""
    cycle.run(process.current().database, clock=utc_now)
