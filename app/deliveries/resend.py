"""Sends once more what was asked for, beside the schedule: one attempt, which takes none of it away."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.errors import Conflict, NotFound
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState


def resend(session: Session, delivery_id: int, *, now: datetime) -> None:
    """Make the delivery due now; if the attempt fails, it goes back to where it was.

    Raises Conflict where its endpoint is disabled or deleted, and NotFound where it was pruned meanwhile.
    Asked for twice before it is made, it is one.
    """
    rows = select(Delivery).where(Delivery.id == delivery_id)
    held = rows.with_for_update().execution_options(populate_existing=True)
    delivery = session.scalar(held)
    if delivery is None:
        raise NotFound("the delivery is kept no longer")
    endpoint = session.get(Endpoint, delivery.endpoint_id) if delivery.endpoint_id else None
    if endpoint and endpoint.deleted_at:
        raise Conflict("the webhook was deleted")
    if endpoint and endpoint.state is EndpointState.DISABLED:
        raise Conflict("the webhook is disabled; enable it, and what is held is sent by itself")
    if delivery.back_to is None:
        delivery.back_to, delivery.back_due_at = delivery.state, delivery.due_at
    # Not the token: an attempt that is under way is still to be written.
    delivery.state, delivery.due_at = DeliveryState.DUE, min(delivery.due_at, now)
