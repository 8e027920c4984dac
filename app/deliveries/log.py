"""What a client asks of its deliveries: which there are, how each stands, and every attempt at one."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.errors import NotFound
from app.outbox.models import Attempt, Delivery, Event
from app.outbox.states import DeliveryState
from app.tasks.models import Task

# A delivery, what it tells, the endpoint's id if it goes to one, and where it goes.
Found = Row[Delivery, Event, str | None, str]


def list_deliveries(
    session: Session, client: int, endpoint_id: int, *, states: Sequence[DeliveryState],
    before: int | None, limit: int,
) -> Sequence[Found]:  # fmt: skip
    """Return at most `limit` deliveries to an endpoint, the newest first, older than the one `before`."""
    query = _deliveries_of(client).where(Delivery.endpoint_id == endpoint_id)
    if states:
        query = query.where(Delivery.state.in_(states))
    if before is not None:
        query = query.where(Delivery.id < before)
    return session.execute(query.order_by(Delivery.id.desc()).limit(limit)).all()


def find_delivery(session: Session, client: int, public_id: str) -> Found:
    """Return the client's delivery of that id, or raise NotFound."""
    query = _deliveries_of(client).where(Delivery.public_id == public_id)
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"there is no delivery {public_id}")
    return found


def attempts_at(session: Session, delivery_id: int) -> Sequence[Attempt]:
    """Return the attempts at a delivery, the first first."""
    of = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.token)
    return session.scalars(of).all()


def _deliveries_of(client: int) -> Select[Delivery, Event, str | None, str]:
    return (
        select(
            Delivery,
            Event,
            Endpoint.public_id,
            func.coalesce(Endpoint.url, Task.webhook_url, type_=Endpoint.url.type),
        )
        .join(Event, Event.id == Delivery.event_id)
        .outerjoin(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .outerjoin(Task, Task.id == Event.task_id)
        .where(Event.client_id == client)
    )
