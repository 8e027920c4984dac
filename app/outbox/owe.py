"""Writes events and what they owe to whom, numbered, in the transaction that records what happened."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from secrets import token_hex

from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.changes import note
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event
from app.outbox.place import Place, place_id
from app.outbox.states import DeliveryState
from app.outbox.stream import number, of_client, of_endpoint
from app.outbox.subject import of_events

# An event that has no number yet, and where it is owed.
Owed = tuple[Event, Sequence[Place]]


def owe(session: Session, owed: Sequence[Owed], *, now: datetime) -> list[Delivery]:
    """Write these events, oldest first, and a delivery of each to each of its places."""
    numbers = _numbers(session, owed)
    for event, _ in owed:
        event.sequence = next(numbers[of_client(event.client_id)])
        note(session, of_events(event.client_id), event.sequence)
    session.add_all(event for event, _ in owed)
    session.flush()
    deliveries = [
        _delivery(event, place, numbers, now=now) for event, places in owed for place in places
    ]
    session.add_all(deliveries)
    session.flush()
    return deliveries


def _numbers(session: Session, owed: Sequence[Owed]) -> Mapping[int, Iterator[int]]:
    """Return the numbers to give, by stream."""
    counts: Counter[int] = Counter()
    for event, places in owed:
        counts[of_client(event.client_id)] += 1
        counts.update(of_endpoint(one.id) for one in places if isinstance(one, Endpoint))
    firsts = number(session, counts) if counts else {}
    return {stream: count(first) for stream, first in firsts.items()}


def _delivery(
    event: Event, place: Place, numbers: Mapping[int, Iterator[int]], *, now: datetime
) -> Delivery:
    endpoint = place if isinstance(place, Endpoint) else None
    is_held = endpoint is not None and endpoint.state is EndpointState.DISABLED
    return Delivery(
        public_id=f"dlv_{token_hex(16)}", event_id=event.id,
        endpoint_id=endpoint.id if endpoint else None, place_id=place_id(place, event.client_id),
        sequence=next(numbers[of_endpoint(endpoint.id)]) if endpoint else None,
        state=DeliveryState.HELD if is_held else DeliveryState.DUE,
        due_at=now, leased_until=EPOCH, token=0, attempts=0, back_to=None, back_due_at=None,
    )  # fmt: skip
