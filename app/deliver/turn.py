"""Whose turn it is: of what is due, what may be sent now, fairly by place.

Each place has room for so many at once, and takes turns with the others. It is found by its index
alone: how much is due at one place, or how much is to be tried again some day, costs the others nothing.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from app.db.base import UtcDateTime
from app.db.given import Given
from app.endpoints.models import Endpoint
from app.endpoints.schemas import AT_ONCE
from app.endpoints.state import EndpointState
from app.outbox.models import IS_ALOFT, Delivery, stands
from app.outbox.states import DeliveryState

OWN_ROOM = AT_ONCE  # To one host of tasks' own URLs; an endpoint says for itself.
CANARIES = 1  # And to an endpoint that is failing.
# How many an endpoint with a rate may be sent now; one that is not named, nothing.
ALLOWANCES = Given(numbers=("endpoint_id", "allowance"))

_NOW = bindparam("now", type_=UtcDateTime)
_LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)
_TRIES: ColumnElement[int] = bindparam("tries", type_=Integer)
# Nothing is sent to an endpoint from the moment on in which it is disabled or deleted.
_IS_SHUT = or_(Endpoint.state == EndpointState.DISABLED, Endpoint.deleted_at.is_not(None))
IS_FREE = stands(DeliveryState.DUE) & (Delivery.due_at <= _NOW) & (Delivery.leased_until <= _NOW)


@cache
def is_any(*, on_postgres: bool) -> Select[bool]:
    """Return the statement that tells whether it is anyone's turn."""
    return select(exists(turns(on_postgres=on_postgres)))


@cache
def turns(*, on_postgres: bool) -> Select[int]:
    """Return the statement that finds at most `limit` ids of deliveries whose turn it is at `now`.

    First attempts go before others, and a place's first before another's second. What goes to endpoints
    that are failing goes last, with `tries` of it under way at most.
    """
    aloft = _aloft()
    free = _free(_rooms(_heads(), aloft, on_postgres=on_postgres))
    is_retry = case((free.c.attempts > 0, 1), else_=0)
    nth = func.row_number().over(
        partition_by=free.c.place_id, order_by=(is_retry, free.c.due_at, free.c.id)
    )
    # What is under way already counts as turns taken.
    turn = (free.c.aloft + nth).label("turn")
    placed = select(free, is_retry.label("is_retry"), nth.label("nth_of_all"), turn).subquery()
    row = placed.c
    soonest = (row.is_retry, row.turn, row.due_at, row.id)
    tries = func.row_number().over(partition_by=row.is_failing, order_by=soonest)
    ranked = select(placed, tries.label("tries")).where(row.nth_of_all <= row.room).subquery()
    row = ranked.c
    is_tried = (row.is_failing == 0) | (row.tries <= _TRIES - _failing_aloft(aloft))
    order = (row.is_failing, row.is_retry, row.turn, row.due_at, row.id)
    return select(row.id).where(is_tried).order_by(*order).limit(_LIMIT)


def _heads() -> CTE:
    """Return the places that have anything due some day, each with the numbers of attempts made so far.

    A loose index scan: from each pair straight to the next, whatever lies between.
    """
    one = aliased(Delivery)
    found = select(one.id).where(stands(DeliveryState.DUE, one)).limit(1)
    found = found.order_by(one.place_id, one.attempts, one.due_at, one.id)
    pair = select(Delivery.place_id, Delivery.attempts)
    heads = pair.where(Delivery.id == found.scalar_subquery()).cte("heads", recursive=True)
    is_after = tuple_(one.place_id, one.attempts) > tuple_(heads.c.place_id, heads.c.attempts)
    following = found.where(is_after).correlate(heads).scalar_subquery()
    return heads.union_all(pair.select_from(heads).join(Delivery, Delivery.id == following))


def _rooms(heads: CTE, aloft: CTE, *, on_postgres: bool) -> CTE:
    """Return of these what has room for more: how much, and how many are under way."""
    given = ALLOWANCES.table(on_postgres=on_postgres)
    is_failing = Endpoint.state == EndpointState.FAILING
    is_own = Endpoint.id.is_(None)
    room = case((is_own, OWN_ROOM), (is_failing, CANARIES), else_=Endpoint.max_in_flight)
    has_rate = Endpoint.max_per_minute.is_not(None)
    known = (
        select(
            heads,
            case((is_failing, 1), else_=0).label("is_failing"),
            func.coalesce(aloft.c.count, 0).label("aloft"),
            (room - func.coalesce(aloft.c.count, 0)).label("room"),
            case((has_rate, func.coalesce(given.c.allowance, 0))).label("allowance"),
        )
        .outerjoin(Endpoint, Endpoint.id == heads.c.place_id)
        .outerjoin(aloft, aloft.c.place_id == heads.c.place_id)
        .outerjoin(given, given.c.endpoint_id == heads.c.place_id)
        .where(is_own | ~_IS_SHUT)
        .subquery()
    )
    row = known.c
    room = case((row.allowance < row.room, row.allowance), else_=row.room)
    rooms = select(row.place_id, row.attempts, row.is_failing, row.aloft, room.label("room"))
    return rooms.where(room > 0).cte("rooms")


def _free(rooms: CTE) -> CTE:
    """Return what is due and free of these, the longest due first, no more of each than has room."""
    free = _each_next(rooms, nth=literal(1)).cte("free", recursive=True)
    further = _each_next(free, nth=free.c.nth + 1, after=(free.c.due_at, free.c.id))
    return free.union_all(further.where(free.c.nth < free.c.room, free.c.nth < _LIMIT))


def _each_next(
    these: CTE, *, nth: ColumnElement[int],
    after: tuple[ColumnElement[datetime], ColumnElement[int]] | None = None,
) -> Select[Any]:  # fmt: skip
    """Return what is longest due of each place and number of attempts, or of what comes `after` that."""
    one, row = aliased(Delivery), these.c
    found = select(one.id).where(
        stands(DeliveryState.DUE, one), one.place_id == row.place_id, one.attempts == row.attempts,
        one.due_at <= _NOW, one.leased_until <= _NOW,
    )  # fmt: skip
    if after:
        found = found.where(tuple_(one.due_at, one.id) > tuple_(*after))
    longest = found.order_by(one.due_at, one.id).limit(1).correlate(these).scalar_subquery()
    return (
        select(
            Delivery.id, Delivery.due_at, row.place_id, row.attempts, row.is_failing, row.aloft,
            row.room, nth.label("nth"),
        )
        .select_from(these)
        .join(Delivery, Delivery.id == longest)
    )  # fmt: skip


def _aloft() -> CTE:
    """Return how many are under way, by place."""
    is_aloft = (IS_ALOFT, Delivery.leased_until > _NOW)
    counts = select(Delivery.place_id, func.count().label("count")).where(*is_aloft)
    return counts.group_by(Delivery.place_id).cte("aloft")


def _failing_aloft(aloft: CTE) -> ScalarSelect[int]:
    counts = select(func.coalesce(func.sum(aloft.c.count), 0)).select_from(aloft)
    of_failing = counts.join(Endpoint, Endpoint.id == aloft.c.place_id)
    return of_failing.where(Endpoint.state == EndpointState.FAILING).scalar_subquery()
