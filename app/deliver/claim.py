"""Claims deliveries that are due, and gathers what sending each of them takes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    bindparam,
    case,
    false,
    func,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased

from app.clients.models import Client
from app.db.base import UtcDateTime
from app.deliver.decide import Verdict
from app.deliver.lost import expired, note
from app.deliver.rate import allowance, rated, spend_on
from app.deliver.turn import ALLOWANCES, IS_FREE, is_any, turns
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event, Stream, is_open
from app.outbox.states import DeliveryState
from app.tasks.models import Task

MANY = 1000


class Left(NamedTuple):
    """How many may be claimed for endpoints that are failing, and for tasks' own URLs."""

    tries: int
    owns: int


ALL = Left(tries=MANY, owns=MANY)
_UNTIL = bindparam("until", type_=UtcDateTime)


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


def is_due(session: Session, *, now: datetime, left: Left = ALL) -> bool:
    """Tell whether there is anything to claim."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    limits = rated(session)
    values = _parameters(limits, now=now, limit=1, left=left, on_postgres=on_postgres)
    return session.connection().execute(is_any(on_postgres=on_postgres), values).scalar_one()


def oldest_waiting(session: Session, *, now: datetime) -> datetime | None:
    """Return since when the oldest is due whose turn it is, and which waits for a worker alone.

    What waits for its endpoint, which is failing, or busy, or keeps a rate, does not.
    """
    on_postgres = session.get_bind().dialect.name == "postgresql"
    values = _parameters(
        rated(session), now=now, limit=MANY, left=Left(tries=0, owns=MANY), on_postgres=on_postgres
    )
    return session.connection().execute(_oldest(on_postgres=on_postgres), values).scalar_one()


@cache
def _oldest(*, on_postgres: bool) -> Select[datetime | None]:
    waiting = turns(on_postgres=on_postgres).cte("waiting")
    return select(func.min(Delivery.due_at)).join(waiting, waiting.c.id == Delivery.id)


def claim_due(
    session: Session, *, now: datetime, lease: timedelta, limit: int, left: Left = ALL
) -> list[Claim]:  # fmt: skip
    """Claim at most `limit` deliveries that are due and whose turn it is, in one statement.

    Of what has a share of the room alone, no more than is `left` of it.
    """
    on_postgres = session.get_bind().dialect.name == "postgresql"
    limits = rated(session, to_spend=True)
    values = _parameters(limits, now=now, limit=limit, left=left, on_postgres=on_postgres)
    take = _take(on_postgres=on_postgres)
    unheard = expired(session, now=now, lease=lease)
    taken = session.connection().execute(take, values | {"until": now + lease}).all()
    if not taken:
        return []
    note(session, [unheard[one] for one, _ in taken if one in unheard])
    spend_on(limits, Counter(place for _, place in taken), now=now)
    return _gather(session, [delivery_id for delivery_id, _ in taken], now=now)


def _parameters(
    limits: Sequence[Endpoint],
    *,
    now: datetime,
    limit: int,
    left: Left,
    on_postgres: bool,
) -> dict[str, Any]:
    allowances = [[one.id for one in limits], [allowance(one, now=now) for one in limits]]
    given = ALLOWANCES.bind(allowances, on_postgres=on_postgres)
    return given | {"now": now, "limit": limit, **left._asdict()}


@cache
def _take(*, on_postgres: bool) -> Update:
    """Return the statement that leases what `turns` finds, but for what another has taken since."""

    def is_in(ids: Select[int]) -> ColumnElement[bool]:
        # By an array PostgreSQL looks up each row by its key; for IN, it may read the whole table.
        if on_postgres:
            return Delivery.id == func.any(func.array(ids.scalar_subquery()))
        return Delivery.id.in_(ids)

    chosen = turns(on_postgres=on_postgres).cte("chosen")
    theirs = select(Delivery.id).where(is_in(select(chosen.c.id)), IS_FREE)
    free = theirs.with_for_update(skip_locked=True).cte("taken")
    return (
        update(Delivery)
        .where(is_in(select(free.c.id)))
        .values(leased_until=_UNTIL, token=Delivery.token + 1)
        .returning(Delivery.id, Delivery.place_id)
    )


def _gather(session: Session, ids: Sequence[int], *, now: datetime) -> list[Claim]:
    """Fetch what is to be sent: to the endpoint, or where there is none, to the task's own URL."""
    still = aliased(Delivery)
    is_still_to_come = (
        still.endpoint_id == Delivery.endpoint_id,
        is_open(still),
        # Sent once more, though it was taken.
        func.coalesce(still.back_to, still.state) != DeliveryState.DELIVERED,
    )
    first = select(still.sequence).where(*is_still_to_come).order_by(still.sequence).limit(1)
    watermark = func.coalesce(first.correlate(Delivery).scalar_subquery() - 1, Stream.last)
    of = (
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
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.id)
    )
    return [_claim(**row) for row in session.execute(of).mappings()]


def _claim(
    *, secret: str, before: str | None, back_to: DeliveryState | None, back_due_at: datetime | None,
    header_names: list[str] | None, **fields: Any,
) -> Claim:  # fmt: skip
    secrets = (secret, before) if before else (secret,)
    back = Verdict(back_to, back_due_at) if back_to and back_due_at else None
    return Claim(secrets=secrets, back=back, header_names=tuple(header_names or ()), **fields)
