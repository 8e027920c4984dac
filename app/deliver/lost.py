"""Attempts of which nobody heard: whoever made them was lost before it could write what came of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, tuple_
from sqlalchemy.orm import Session

from app.db.insert import insert_new
from app.outbox.models import IS_ALOFT, Attempt, Delivery, stands
from app.outbox.states import DeliveryState

WHY = "the worker was lost; it may have been sent"
_EXPIRED = select(
    Delivery.id, Delivery.token, Delivery.attempts, Delivery.leased_until, Delivery.back_to
).where(stands(DeliveryState.DUE), IS_ALOFT, Delivery.leased_until <= bindparam("now"))


def expired(session: Session, *, now: datetime, lease: timedelta) -> Mapping[int, dict[str, Any]]:
    """Return, by delivery, the attempts whose leases of that length have ended with nothing written."""
    return {
        row.id: {
            "delivery_id": row.id, "token": row.token, "number": row.attempts + 1,
            "at": row.leased_until - lease, "milliseconds": 0, "status_code": None, "error": WHY,
            "response": None, "is_truncated": False, "is_resend": row.back_to is not None,
        }
        for row in session.execute(_EXPIRED, {"now": now})
    }  # fmt: skip


def note(session: Session, attempts: Sequence[Mapping[str, Any]]) -> None:
    """Put these on record: the POST may have been made, and is about to be made again."""
    insert_new(session, Attempt, attempts, unique=[Attempt.delivery_id, Attempt.token])


def forget(session: Session, keys: Sequence[tuple[int, int]]) -> None:
    """Take off the record what was noted of these deliveries and tokens: it has been heard of after all."""
    if keys:
        is_one = tuple_(Attempt.delivery_id, Attempt.token).in_(keys)
        session.execute(delete(Attempt).where(is_one, Attempt.error == WHY))
