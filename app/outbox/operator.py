"""Events for the operator: they go to the client `default`, and concern no task."""

from datetime import datetime
from secrets import token_hex

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.schemas import AccountOut
from app.clients.keys import DEFAULT_CLIENT
from app.clients.models import Client
from app.endpoints.endpoint import endpoints_of
from app.endpoints.filter import wants
from app.endpoints.schemas import EndpointOut
from app.outbox.models import Event
from app.outbox.owe import owe


class OperatorEvent(BaseModel):
    """An event about a LemonData account, or about a client's endpoint."""

    id: str
    type: str
    timestamp: datetime
    data: AccountOut | EndpointOut


def tell_operator(
    session: Session, name: str, about: AccountOut | EndpointOut, *, now: datetime
) -> None:
    """Write the event `name` about an account or an endpoint, and what it owes to whom."""
    client_id = session.scalar(select(Client.id).where(Client.name == DEFAULT_CLIENT))
    if client_id is None:
        return  # Nobody has ever started the API, so there is nobody to tell.
    event_id = f"evt_{token_hex(16)}"
    body = OperatorEvent(id=event_id, type=name, timestamp=now, data=about)
    event = Event(
        public_id=event_id, client_id=client_id, task_id=None, version=None, type=name,
        body=body.model_dump_json(), created_at=now,
    )  # fmt: skip
    places = [one for one in endpoints_of(session, client_id) if wants(one.events, name)]
    owe(session, [(event, places)], now=now)
