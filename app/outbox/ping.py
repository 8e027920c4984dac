"""An event that means nothing but that it arrives."""

from datetime import datetime
from secrets import token_hex

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.errors import Conflict
from app.outbox.models import Delivery, Event
from app.outbox.owe import owe
from app.outbox.states import DeliveryState

PING = "test.ping"


class PingData(BaseModel):
    """Which endpoint is tried."""

    webhook_id: str


class Ping(BaseModel):
    """The event."""

    id: str
    type: str = PING
    timestamp: datetime
    data: PingData


def ping(session: Session, endpoint: Endpoint, *, now: datetime) -> Delivery:
    """Write a ping that is due now, for one attempt alone; raise Conflict if the endpoint is disabled."""
    if endpoint.state is EndpointState.DISABLED:
        raise Conflict("the webhook is disabled; enable it, and then try it")
    event_id = f"evt_{token_hex(16)}"
    body = Ping(id=event_id, timestamp=now, data=PingData(webhook_id=endpoint.public_id))
    event = Event(
        public_id=event_id, client_id=endpoint.client_id, task_id=None, version=None, type=PING,
        body=body.model_dump_json(), created_at=now,
    )  # fmt: skip
    (delivery,) = owe(session, [(event, [endpoint])], now=now)
    # Beside any schedule: whether it is taken is told by the one attempt.
    delivery.back_to, delivery.back_due_at = DeliveryState.GIVEN_UP, now
    session.flush()
    return delivery
