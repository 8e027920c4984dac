"""Numbers without gaps: what a client is told, and what each endpoint is sent, counted from one.

They are given in the transaction that writes what they count, so that whoever reads up to a number has
read everything before it. A number that is handed out before its commit can be overtaken.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.db.insert import insert_new
from app.outbox.models import Stream


def of_client(client_id: int) -> int:
    """Return the id of the stream of a client's events: below zero, where no endpoint's is."""
    return -client_id


def of_endpoint(endpoint_id: int) -> int:
    """Return the id of the stream of what an endpoint is sent."""
    return endpoint_id


_IS_ONE = Stream.id.in_(bindparam("ids", expanding=True))
_KNOWN = select(Stream.id).where(_IS_ONE)
_LOCKED = select(Stream.id, Stream.last).where(_IS_ONE).order_by(Stream.id).with_for_update()
_RAISE = update(Stream).where(Stream.id == bindparam("of")).values(last=bindparam("to"))
_PRUNED = select(Stream.pruned, Stream.pruned_id).where(Stream.id == bindparam("of"))
_PRUNE = (
    update(Stream)
    .where(Stream.id == bindparam("of"), Stream.pruned < bindparam("to"))
    .values(pruned=bindparam("to"), pruned_id=bindparam("event"))
)


class Mark(NamedTuple):
    """The last of a client's events that was pruned, if any was: all that came after it are there."""

    sequence: int
    event_id: str | None


def number(session: Session, counts: Mapping[int, int]) -> dict[int, int]:
    """Raise each stream by its count; return the first of the new numbers, by stream.

    They stay locked until the transaction ends: always last, and in the order of their ids, so that two
    who number cannot lock each other out.
    """
    ids = {"ids": list(counts)}
    known = session.scalars(_KNOWN, ids)
    # Before any is locked: who makes one waits for whoever makes it too.
    new = [{"id": one, "last": 0} for one in sorted(counts.keys() - set(known))]
    insert_new(session, Stream, new, unique=[Stream.id])
    last = {row.id: row.last for row in session.execute(_LOCKED, ids)}
    raised = [{"of": one, "to": last[one] + count} for one, count in sorted(counts.items())]
    session.connection().execute(_RAISE, raised)
    return {one: before + 1 for one, before in last.items()}


def mark_of(session: Session, client_id: int) -> Mark:
    """Return up to where a client's events are there no longer, or not all of them."""
    row = session.execute(_PRUNED, {"of": of_client(client_id)}).one_or_none()
    return Mark(*row) if row else Mark(0, None)


def raise_marks(session: Session, marks: Mapping[int, Mark]) -> None:
    """Remember what was pruned, by client; the streams stay locked until the transaction ends, as above."""
    raised = [
        {"of": of_client(client), "to": mark.sequence, "event": mark.event_id}
        for client, mark in sorted(marks.items(), reverse=True)
    ]
    if raised:
        session.connection().execute(_PRUNE, raised)
