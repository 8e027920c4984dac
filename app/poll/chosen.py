"""Chooses what to lease where more is due than a short budget allows."""

from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from app.db.base import UtcDateTime
from app.poll.due import IS_DUE, IS_OURS, LIMIT, Lease, parameters
from app.schedule.choice import Candidate, choose
from app.tasks.models import Poll

# Looked at to choose from, for each client, in units of what can be claimed: the longest due.
CANDIDATES = 2


def choose_due(session: Session, lease: Lease) -> list[int]:
    """Choose among what is due: what was asked for first, then what is worth most of a short budget."""
    connection, values = session.connection(), parameters(lease)
    forced = list(connection.execute(_forced(), values).scalars())
    room = lease.limit - len(forced)
    if room <= 0:
        return forced
    rows = connection.execute(_candidates(), values | {"each": CANDIDATES * room})
    candidates = [
        Candidate(
            task_id=row.task_id, client_id=row.client_id, weight=row.weight,
            since=row.since.timestamp(), due=row.due_at.timestamp(), first=row.first, last=row.last,
        )
        for row in rows
    ]  # fmt: skip
    return forced + choose(candidates, room=room, now=lease.now.timestamp())


@cache
def _forced() -> Select[int]:
    forced = select(Poll.task_id).where(IS_OURS, IS_DUE, Poll.forced_at.is_not(None))
    return forced.order_by(Poll.claimable_at).limit(LIMIT)


@cache
def _candidates() -> Select[Any]:
    place = func.row_number().over(partition_by=Poll.client_id, order_by=Poll.due_at)
    found = (
        select(
            Poll.task_id,
            Poll.client_id,
            Poll.weight,
            func.coalesce(Poll.seen_at, Poll.started_at, type_=UtcDateTime).label("since"),
            Poll.due_at,
            (Poll.polls == 0).label("first"),
            (Poll.deadline_at <= bindparam("now", type_=UtcDateTime)).label("last"),
            place.label("place"),
        )
        .where(IS_OURS, IS_DUE, Poll.forced_at.is_(None))
        .subquery()
    )
    return select(found).where(found.c.place <= bindparam("each", type_=Integer))
