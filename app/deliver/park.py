"""Keeps deliveries as their endpoints are: held while one is disabled, given up once one is deleted.

An endpoint's own row says how it is, whoever changed it; this follows, about once a second.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, Update, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.db.base import UtcDateTime
from app.deliver.counted import given_up_at
from app.deliver.lost import expired, note
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, stands
from app.outbox.states import DeliveryState
from app.statistics.count import count

# Of what an endpoint is owed when it is enabled again, resumed at each look: a ramp, for what could not
# be sent for days would come all at once.
RAMP = 20

_IS_DISABLED = Endpoint.deleted_at.is_(None) & (Endpoint.state == EndpointState.DISABLED)
_IS_DELETED = Endpoint.deleted_at.is_not(None)
_IS_OPEN = Endpoint.deleted_at.is_(None) & (Endpoint.state != EndpointState.DISABLED)
_DUE = stands(DeliveryState.DUE)
_HELD = stands(DeliveryState.HELD)
# What is being sent once more was over before, and is not owed.
_WAS_OVER = Delivery.back_to.in_([DeliveryState.DELIVERED, DeliveryState.GIVEN_UP])


def _of(wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return Delivery.endpoint_id.in_(select(Endpoint.id).where(wanted))


_TO_HOLD = _DUE & _of(_IS_DISABLED)
_TO_RESUME = _HELD & _of(_IS_OPEN)
_TO_GIVE_UP = or_(_DUE, _HELD) & _of(_IS_DELETED)
_IS_ASTRAY: Select[bool] = select(
    or_(*(exists().where(one) for one in (_TO_HOLD, _TO_RESUME, _TO_GIVE_UP)))
)


_NOW = bindparam("now", type_=UtcDateTime)


def _moving(wanted: ColumnElement[bool], to: Mapping[str, object]) -> Update:
    # What another writes just now is found at the next look; so nobody waits for somebody who waits.
    ids = select(Delivery.id).where(wanted).with_for_update(skip_locked=True)
    return update(Delivery).where(Delivery.id.in_(ids)).values(
        **to, back_to=None, back_due_at=None, leased_until=EPOCH, token=Delivery.token + 1
    )  # fmt: skip


def _resuming() -> Update:
    place = func.row_number().over(partition_by=Delivery.endpoint_id, order_by=Delivery.id)
    held = select(Delivery.id, place.label("place")).where(_TO_RESUME).subquery()
    first = Delivery.id.in_(select(held.c.id).where(held.c.place <= RAMP))
    return _moving(_HELD & first, {"state": DeliveryState.DUE, "due_at": _NOW})


_IS_FREE = Delivery.leased_until <= _NOW
_BACK = {"state": Delivery.back_to, "due_at": Delivery.back_due_at}
_MOVES = (
    _moving(or_(_TO_HOLD, _TO_GIVE_UP) & _IS_FREE & _WAS_OVER, _BACK),
    _moving(_TO_HOLD & _IS_FREE, {"state": DeliveryState.HELD}),
    _moving(_TO_GIVE_UP & _IS_FREE, {"state": DeliveryState.GIVEN_UP}).returning(
        Delivery.endpoint_id
    ),
    _resuming(),
)


def is_astray(session: Session) -> bool:
    """Tell, by reading alone, whether a delivery is not as its endpoint is."""
    return bool(session.scalar(_IS_ASTRAY))


def park(session: Session, *, now: datetime, lease: timedelta) -> None:
    """Hold what is due at endpoints that are disabled, resume some of what is held at those that are not.

    What is being sent is left to who sends it; the next look finds it. Of what a lost worker had claimed,
    for a `lease`, the attempt is noted.
    """
    unheard = expired(session, now=now, lease=lease)
    for move in _MOVES:
        moved_to = session.connection().execute(move, {"now": now})
        if moved_to.returns_rows:
            count(session, given_up_at(session, moved_to.scalars().all(), now=now))
    if unheard:
        tokens = select(Delivery.id, Delivery.token).where(Delivery.id.in_(unheard))
        moved = [one.id for one in session.execute(tokens) if one.token != unheard[one.id]["token"]]
        note(session, [unheard[delivery_id] for delivery_id in moved])
