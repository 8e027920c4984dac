"""Celery's way in to delivering; the work itself is in `cycle`."""

from celery import shared_task

from app.deliver.cycle import DeliverCycle
from app.process import process


@shared_task(name="deliver.round", ignore_result=True)
def deliver_round() -> None:
    """Claim whatever is due and begin to post."""
    process.current().get(DeliverCycle).run()
