"""Reads a client's events in the order of their numbers, which is the order of their commits."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from app.errors import Gone, InvalidInput
from app.outbox.models import Event
from app.outbox.stream import mark_of

_OF_CLIENT = Event.client_id == bindparam("client")
_POSITION = select(Event.sequence).where(_OF_CLIENT, Event.public_id == bindparam("event"))
_AFTER = (
    select(Event.sequence, Event.public_id, Event.type, Event.body)
    .where(_OF_CLIENT, Event.sequence > bindparam("after"))
    .order_by(Event.sequence)
    .limit(bindparam("limit", type_=Integer))
)


class Told(NamedTuple):
    """An event, in the bytes that webhooks carry."""

    sequence: int
    id: str
    type: str
    body: str


def position(session: Session, client: int, event_id: str | None, *, pointer: str) -> int:
    """Return the number of the client's event of that id, or the one that all that are there come after.

    Raises Gone for an id after which something was pruned, and InvalidInput, with `pointer`, for one that
    is not one of the client's.
    """
    found = session.scalar(_POSITION, {"client": client, "event": event_id}) if event_id else None
    # After the event: what is pruned meanwhile is found missing, and the mark says so.
    mark = mark_of(session, client)
    if event_id in {None, mark.event_id}:
        return mark.sequence
    if found is not None and found > mark.sequence:
        return found
    if mark.sequence:
        raise _gone()
    raise InvalidInput(
        "there is no event of this id; take one as it came, or none to begin with the first",
        pointer=pointer,
    )


def read_after(session: Session, client: int, sequence: int, *, limit: int) -> Sequence[Told]:
    """Return at most `limit` of the client's events after that number, the oldest first.

    Raises Gone where some of these were pruned.
    """
    values = {"client": client, "after": sequence, "limit": limit}
    told = [Told(*row) for row in session.execute(_AFTER, values)]
    if sequence < mark_of(session, client).sequence:
        raise _gone()
    return told


def _gone() -> Gone:
    return Gone(
        "this event, or some that came after it, are kept no longer; "
        "ask without it for the oldest that there is"
    )
