"""Reads a client's events in the order of their numbers, which is the order of their commits."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.outbox.models import Event

BEGINNING = 0


class Told(NamedTuple):
    """An event, in the bytes that webhooks carry."""

    sequence: int
    id: str
    type: str
    body: str


def position(session: Session, client: int, event_id: str | None, *, pointer: str) -> int:
    """Return the number of the client's event of that id, or where all begin if there is none.

    Raises InvalidInput, with `pointer`, for an id that is not one of the client's.
    """
    if event_id is None:
        return BEGINNING
    of = select(Event.sequence).where(Event.client_id == client, Event.public_id == event_id)
    found = session.scalar(of)
    if found is None:
        raise InvalidInput(
            "there is no event of this id; take one as it came, or none to begin with the first",
            pointer=pointer,
        )
    return found


def read_after(session: Session, client: int, sequence: int, *, limit: int) -> Sequence[Told]:
    """Return at most `limit` of the client's events after that number, the oldest first."""
    of = select(Event.sequence, Event.public_id, Event.type, Event.body).where(
        Event.client_id == client, Event.sequence > sequence
    )
    return [Told(*row) for row in session.execute(of.order_by(Event.sequence).limit(limit))]
