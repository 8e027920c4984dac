"""Celery's way in to counting; the work itself is in `cycle`."""

from celery import shared_task

from app.clock import utc_now
from app.process import process
from app.statistics import cycle


@shared_task(name="statistics.roll", ignore_result=True)
def statistics_roll() -> None:
    """Add up what was counted since the last ring."""
    cycle.run(process.current().database, clock=utc_now)
