"""How a client's webhooks stand now: its endpoints, and what they are still to be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event, is_open

MOST = (
    10_000  # Counted, of endpoints' and of tasks' own URLs: a dead endpoint may be owed millions.
)
_CLIENT = bindparam("client", type_=BigInteger())
_STATES = (
    select(Endpoint.state, func.count())
    .where(Endpoint.client_id == _CLIENT, Endpoint.deleted_at.is_(None))
    .group_by(Endpoint.state)
)
_OF_ENDPOINTS = (
    select(Delivery.event_id)
    .where(Delivery.endpoint_id.in_(select(Endpoint.id).where(Endpoint.client_id == _CLIENT)))
    .where(is_open())
    .limit(MOST)
    .subquery()
)
_OF_TASKS = (
    select(Delivery.event_id)
    .join(Event, Event.id == Delivery.event_id)
    .where(Delivery.endpoint_id.is_(None), is_open(), Event.client_id == _CLIENT)
    .limit(MOST)
    .subquery()
)
_WAITING = [select(func.count(), func.min(of.c.event_id)) for of in (_OF_ENDPOINTS, _OF_TASKS)]
_FIRST = (
    select(Delivery.event_id)
    .where(Delivery.endpoint_id == Endpoint.id, is_open())
    .order_by(Delivery.sequence)
    .limit(1)
    .correlate(Endpoint)
    .scalar_subquery()
)
# Apart from the count, which may have come to its end before it came to the oldest.
_OLDEST = select(func.min(_FIRST)).where(Endpoint.client_id == _CLIENT)
_HAPPENED = select(Event.created_at).where(Event.id == bindparam("event"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """Endpoints by state, how many deliveries are still to be made, and how long ago the oldest began."""

    endpoints: dict[EndpointState, int]
    waiting: int
    oldest: timedelta


def owed(session: Session, client: int, *, now: datetime) -> Owed:
    """Return how the client's webhooks stand; at most `MOST` of each sort are counted."""
    of = {"client": client}
    states = dict(session.execute(_STATES, of).all())
    found = [session.execute(one, of).one() for one in _WAITING]
    firsts = [session.scalar(_OLDEST, of), *(event for _, event in found)]
    first = min((event for event in firsts if event is not None), default=None)
    happened = session.scalar(_HAPPENED, {"event": first}) if first is not None else None
    return Owed(
        endpoints=dict.fromkeys(EndpointState, 0) | states,
        waiting=sum(count for count, _ in found),
        oldest=max(timedelta(), now - happened) if happened else timedelta(),
    )
