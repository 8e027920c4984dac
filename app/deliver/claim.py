"""Claims deliveries that are due, and gathers what sending each of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from app.clients.models import Client
from app.db.base import UtcDateTime
from app.deliver.decide import Verdict
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event, stands
from app.outbox.states import DeliveryState
from app.tasks.models import Task

_NOW = bindparam("now", type_=UtcDateTime)
# Nothing is sent to an endpoint from the moment on in which it is disabled or deleted.
_IS_SHUT = exists().where(
    Endpoint.id == Delivery.endpoint_id,
    or_(Endpoint.state == EndpointState.DISABLED, Endpoint.deleted_at.is_not(None)),
)
_DUE = (
    stands(DeliveryState.DUE),
    Delivery.due_at <= _NOW,
    Delivery.leased_until <= _NOW,
    ~_IS_SHUT,
)
# Made once: it is asked often, and making it takes longer than asking.
_IS_DUE = select(exists().where(*_DUE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The right to make one attempt, and to write what came of it while `token` is the row's own."""

    delivery_id: int
    token: int
    attempt: int
    endpoint_id: int | None  # None where it goes to the task's own URL.
    is_well: bool  # Whether the endpoint took what was sent to it last, as far as is known.
    event_id: str
    body: str
    url: str
    # Where it goes back to if this attempt fails, for one beside the schedule.
    back: Verdict | None
    # As they are stored: encrypted. All of them sign, the newest first.
    secrets: tuple[str, ...]


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether there is anything to claim."""
    return session.execute(_IS_DUE, {"now": now}).scalar_one()


def claim_due(session: Session, *, now: datetime, lease: timedelta, limit: int) -> list[Claim]:
    """Claim at most `limit` deliveries that are due, first attempts before late retries."""
    due = (
        select(Delivery.id)
        .where(*_DUE)
        .order_by(Delivery.attempts > 0, Delivery.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    take = (
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)))
        .values(leased_until=now + lease, token=Delivery.token + 1)
        .returning(Delivery.id)
    )
    options = {"synchronize_session": False}
    taken = session.scalars(take, {"now": now}, execution_options=options).all()
    return _gather(session, taken, now=now) if taken else []


def _gather(session: Session, ids: Sequence[int], *, now: datetime) -> list[Claim]:
    """Fetch what is to be sent: to the endpoint, or where there is none, to the task's own URL."""
    of = (
        select(
            Delivery.id.label("delivery_id"),
            Delivery.token,
            (Delivery.attempts + 1).label("attempt"),
            Delivery.endpoint_id,
            Delivery.back_to,
            Delivery.back_due_at,
            func.coalesce(Endpoint.failures == 0, true()).label("is_well"),
            Event.public_id.label("event_id"),
            Event.body,
            func.coalesce(Endpoint.url, Task.webhook_url).label("url"),
            func.coalesce(Endpoint.secret, Task.webhook_secret, Client.webhook_secret).label(
                "secret"
            ),
            case((Endpoint.secret_before_until > now, Endpoint.secret_before)).label("before"),
        )
        .join(Event, Event.id == Delivery.event_id)
        .outerjoin(Task, Task.id == Event.task_id)
        .join(Client, Client.id == Event.client_id)
        .outerjoin(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    return [_claim(**row) for row in session.execute(of).mappings()]


def _claim(
    *, secret: str, before: str | None, back_to: DeliveryState | None, back_due_at: datetime | None,
    **fields: Any,
) -> Claim:  # fmt: skip
    secrets = (secret, before) if before else (secret,)
    back = Verdict(back_to, back_due_at) if back_to and back_due_at else None
    return Claim(secrets=secrets, back=back, **fields)
