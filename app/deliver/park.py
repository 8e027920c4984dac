"""Keeps deliveries as their endpoints are: held while one is disabled, given up once one is deleted.

An endpoint's own row says how it is, whoever changed it; this follows, about once a second.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery
from app.outbox.states import DeliveryState

# Of what an endpoint is owed when it is enabled again, resumed at each look: a ramp, for what could not
# be sent for days would come all at once.
RAMP = 20

_IS_DISABLED = Endpoint.deleted_at.is_(None) & (Endpoint.state == EndpointState.DISABLED)
_IS_DELETED = Endpoint.deleted_at.is_not(None)
_IS_OPEN = Endpoint.deleted_at.is_(None) & (Endpoint.state != EndpointState.DISABLED)
_DUE = Delivery.state == DeliveryState.DUE
_HELD = Delivery.state == DeliveryState.HELD


def _of(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return Delivery.endpoint_id.in_(select(Endpoint.id).where(wanted))


_TO_HOLD = _DUE & _of(_IS_DISABLED)
_TO_RESUME = _HELD & _of(_IS_OPEN)
_TO_GIVE_UP = or_(_DUE, _HELD) & _of(_IS_DELETED)
_IS_ASTRAY: Select[bool] = select(
    or_(*(exists().where(one) for one in (_TO_HOLD, _TO_RESUME, _TO_GIVE_UP)))
)


def is_astray(session: Session) -> bool:
    """Tell, by reading alone, whether a delivery is not as its endpoint is."""
    return bool(session.scalar(_IS_ASTRAY))


def park(session: Session, *, now: datetime) -> None:
    """Hold what is due at endpoints that are disabled, resume some of what is held at those that are not.

    What is being sent is left to who sends it; the next look finds it.
    """
    free = Delivery.leased_until <= now
    _move(session, [_TO_HOLD, free], DeliveryState.HELD)
    _move(session, [_TO_GIVE_UP, free], DeliveryState.GIVEN_UP)
    place = func.row_number().over(partition_by=Delivery.endpoint_id, order_by=Delivery.id)
    held = select(Delivery.id, place.label("place")).where(_TO_RESUME).subquery()
    first = Delivery.id.in_(select(held.c.id).where(held.c.place <= RAMP))
    _move(session, [_HELD, first], DeliveryState.DUE, due_at=now)


def _move(
    session: Session, wanted: Sequence[ColumnElement[bool]], to: DeliveryState, **values: object
) -> None:
    moved = update(Delivery).where(*wanted).values(state=to, token=Delivery.token + 1, **values)
    session.connection().execute(moved)
