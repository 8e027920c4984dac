"""What is due of an account, in SQL, and the lease under which it is to be taken."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam

from app.clock import EPOCH
from app.db.base import UtcDateTime
from app.tasks.models import Poll

_NOW = bindparam("now", type_=UtcDateTime)
LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)
IS_OURS = Poll.account_id == bindparam("of_account", type_=Integer)
# Found by the first, which an index has; whether it is so, the others say.
IS_DUE = (Poll.claimable_at <= _NOW) & (Poll.due_at <= _NOW) & (Poll.leased_until <= _NOW)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """For which account, from when until when, and how many at most."""

    account_id: int
    now: datetime
    until: datetime
    limit: int
    holder: int  # Who takes it.
    is_short: bool = False  # Whether it is the budget that sets the limit, and not the room.
    since: datetime = (
        EPOCH  # What was due before this is not looked for, unless the budget is short.
    )


def parameters(lease: Lease) -> dict[str, Any]:
    """Return what the statements that lease are given."""
    return {
        "of_account": lease.account_id,
        "now": lease.now,
        "until": lease.until,
        "limit": lease.limit,
        "holder": lease.holder,
        "since": lease.since,
    }
