"""Which deliveries a recovery is about."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists

from app.outbox.models import Delivery, Event, Recovery
from app.outbox.ping import PING


def wanted_by(recovery: Recovery) -> Sequence[ColumnElement[bool]]:
    """Return what tells them: by endpoint, state, and the event's time and type."""
    of_event = [Event.id == Delivery.event_id, Event.created_at >= recovery.since,
                Event.created_at < recovery.until]  # fmt: skip
    # A ping was to be sent once, and is sent again only if somebody says so.
    is_named = Event.type.in_(recovery.types or ())
    of_event.append(is_named if recovery.types else Event.type != PING)
    return (
        Delivery.endpoint_id == recovery.endpoint_id,
        Delivery.state.in_(recovery.states),
        exists().where(*of_event),
    )
