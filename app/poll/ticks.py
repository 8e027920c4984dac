"""Celery's way in to polling; the work itself is in `cycle`."""

from celery import shared_task

from app.poll.cycle import PollCycle
from app.process import process


@shared_task(name="poll.round", ignore_result=True)
def poll_round() -> None:
    """Claim whatever is due and begin to ask."""
    process.current().get(PollCycle).run()
