"""Whether the service is alive, and whether it makes progress."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.door import ProcessDep, ReadDep
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState
from app.tasks.models import Poll

# A process can be alive, its heartbeat green, and nothing be claimed: only the age of the oldest
# overdue row tells.
STUCK = timedelta(minutes=1)

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """That the process answers, and the simulator it asks if it does not ask LemonData."""

    ok: bool = True
    simulator: str | None


class Health(BaseModel):
    """Whether all is well, and how long the oldest row that is due has waited."""

    ok: bool
    oldest_due_seconds: float


def oldest_due(session: Session, *, now: datetime) -> timedelta:
    """Return how long the longest overdue poll or delivery has waited for somebody to claim it."""
    polls = select(func.min(Poll.due_at)).where(Poll.leased_until <= now)
    deliveries = select(func.min(Delivery.due_at)).where(
        Delivery.state == DeliveryState.DUE, Delivery.leased_until <= now
    )
    found = [at for at in (session.scalar(polls), session.scalar(deliveries)) if at is not None]
    return max(timedelta(), now - min(found)) if found else timedelta()


@router.get("/healthz")
def healthz(process: ProcessDep) -> Alive:
    """Answer while the process is alive."""
    return Alive(simulator=process.simulator)


@router.get("/readyz", responses={503: {"model": Health}})
def readyz(session: ReadDep, response: Response) -> Health:
    """Answer 200 while rows that fall due are claimed, else 503."""
    waited = oldest_due(session, now=utc_now())
    ok = waited < STUCK
    response.status_code = 200 if ok else 503
    return Health(ok=ok, oldest_due_seconds=waited.total_seconds())
