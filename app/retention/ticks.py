"""Celery's way in to pruning; the work itself is in `cycle`."""

from celery import shared_task

from app.clock import utc_now
from app.process import process
from app.retention.cycle import Retention


@shared_task(name="retention.round", ignore_result=True)
def retention_round() -> None:
    """Remove some of what has ended long enough ago, if anything is to go at all."""
    process.current().get(Retention).run(now=utc_now())
