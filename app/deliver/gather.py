"""Gathers what sending each claim takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, false, func, select, true
from sqlalchemy.orm import Session, aliased

from app.clients.models import Client
from app.db.base import UtcDateTime
from app.deliver.decide import Verdict
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event, Stream, is_open
from app.outbox.states import DeliveryState
from app.tasks.models import Task


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """The right to make one attempt, and to write what came of it while `token` is the row's own."""

    delivery_id: int
    token: int
    attempt: int
    endpoint_id: int | None  # None where it goes to the task's own URL.
    is_well: bool  # Whether the endpoint took what was sent to it last, as far as is known.
    is_failing: bool
    event_id: str
    client_id: int
    happened_at: datetime
    endpoint: str | None  # Its public id.
    body: str
    url: str
    # Its number among what the endpoint is sent, and up to which of them nothing is still to come.
    sequence: int | None
    watermark: int | None
    # Where it goes back to if this attempt fails, for one beside the schedule.
    back: Verdict | None
    # As they are stored: encrypted. All of them sign, the newest first.
    secrets: tuple[str, ...]
    header_names: tuple[str, ...]
    header_values: str | None  # Encrypted.


def gather(session: Session, ids: Sequence[int], *, now: datetime) -> list[Claim]:
    """Fetch what is to be sent: to the endpoint, or where there is none, to the task's own URL."""
    rows = session.execute(_of(), {"ids": ids, "now": now}).mappings()
    return [_claim(**row) for row in rows]


@cache
def _of() -> Select[*tuple[Any, ...]]:
    now = bindparam("now", type_=UtcDateTime)
    still = aliased(Delivery)
    is_still_to_come = (
        still.endpoint_id == Delivery.endpoint_id,
        is_open(still),
        # Sent once more, though it was taken.
        func.coalesce(still.back_to, still.state) != DeliveryState.DELIVERED,
    )
    first = select(still.sequence).where(*is_still_to_come).order_by(still.sequence).limit(1)
    watermark = func.coalesce(first.correlate(Delivery).scalar_subquery() - 1, Stream.last)
    return (
        select(
            Delivery.id.label("delivery_id"),
            Delivery.token,
            (Delivery.attempts + 1).label("attempt"),
            Delivery.endpoint_id,
            Delivery.sequence,
            watermark.label("watermark"),
            Delivery.back_to,
            Delivery.back_due_at,
            func.coalesce(Endpoint.failures == 0, true()).label("is_well"),
            func.coalesce(Endpoint.state == EndpointState.FAILING, false()).label("is_failing"),
            Event.public_id.label("event_id"),
            Event.client_id,
            Event.created_at.label("happened_at"),
            Endpoint.public_id.label("endpoint"),
            Event.body,
            func.coalesce(Endpoint.url, Task.webhook_url).label("url"),
            func.coalesce(Endpoint.secret, Task.webhook_secret, Client.webhook_secret).label(
                "secret"
            ),
            case((Endpoint.secret_before_until > now, Endpoint.secret_before)).label("before"),
            Endpoint.header_names,
            Endpoint.header_values,
        )
        .join(Event, Event.id == Delivery.event_id)
        .outerjoin(Task, Task.id == Event.task_id)
        .join(Client, Client.id == Event.client_id)
        .outerjoin(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .outerjoin(Stream, Stream.id == Delivery.endpoint_id)
        .where(Delivery.id.in_(bindparam("ids", expanding=True)))
        .order_by(Delivery.id)
    )


def _claim(
    *, secret: str, before: str | None, back_to: DeliveryState | None, back_due_at: datetime | None,
    header_names: list[str] | None, **fields: Any,
) -> Claim:  # fmt: skip
    secrets = (secret, before) if before else (secret,)
    back = Verdict(back_to, back_due_at) if back_to and back_due_at else None
    return Claim(secrets=secrets, back=back, header_names=tuple(header_names or ()), **fields)
