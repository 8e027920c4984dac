"""Whether what falls due is done."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.outbox.models import Delivery
from app.outbox.states import DeliveryState
from app.tasks.models import Poll

# A process can be alive, its heartbeat green, and nothing be claimed: only the age of the oldest
# overdue row tells.
STUCK = timedelta(minutes=1)


def oldest_due(session: Session, *, now: datetime) -> timedelta:
    """Return how long the longest overdue poll or delivery has waited to be written again."""
    # Leased or not: a row that is claimed again and again and never written would look healthy.
    polls = select(func.min(Poll.due_at))
    deliveries = select(func.min(Delivery.due_at)).where(Delivery.state == DeliveryState.DUE)
    found = [at for at in (session.scalar(polls), session.scalar(deliveries)) if at is not None]
    return max(timedelta(), now - min(found)) if found else timedelta()
