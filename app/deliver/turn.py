"""Whose turn it is: of what is due, what may be sent now, fairly by place.

Each place has room for so many at once, and takes turns with the others. It is found by its index
alone: how much is due at one place, or how much is to be tried again some day, costs the others nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased

from app.db.base import UtcDateTime
from app.db.given import Given
from app.endpoints.models import Endpoint
from app.endpoints.schemas import AT_ONCE
from app.endpoints.state import EndpointState
from app.outbox.models import IS_ALOFT, IS_ASKED, Delivery, stands
from app.outbox.states import DeliveryState

OWN_ROOM = AT_ONCE  # To one host of tasks' own URLs; an endpoint says for itself.
CANARIES = 1  # And to an endpoint that is failing.
# How many an endpoint with a rate may be sent now; one that is not named, nothing.
ALLOWANCES = Given(numbers=("endpoint_id", "allowance"))

_NOW = bindparam("now", type_=UtcDateTime)
_LIMIT: ColumnElement[int] = bindparam("limit", type_=Integer)
_TRIES: ColumnElement[int] = bindparam("tries", type_=Integer)
_OWNS: ColumnElement[int] = bindparam("owns", type_=Integer)
_WELL, _FAILING, _OWN = range(3)
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

    Each place's first before another's second; of one place, what somebody asked for goes first, and
    first attempts before others. At most `tries` go to endpoints that are failing, and `owns` to tasks'
    own URLs. Two workers that claim in one instant do not see each other's, and may together exceed a
    room by what one of them takes.
    """
    free = _free(_rooms(_heads(), _aloft(), on_postgres=on_postgres))
    is_retry = case((free.c.attempts > 0, 1), else_=0)
    in_place = (1 - free.c.is_asked, is_retry, free.c.due_at, free.c.id)
    nth = func.row_number().over(partition_by=free.c.place_id, order_by=in_place)
    # What is under way already counts as turns taken.
    turn = (free.c.aloft + nth).label("turn")
    placed = select(free, is_retry.label("is_retry"), nth.label("nth"), turn).subquery()
    row = placed.c
    order = (row.turn, row.kind == _FAILING, row.is_retry, row.due_at, row.id)
    of_kind = func.row_number().over(partition_by=row.kind, order_by=order).label("of_kind")
    ranked = select(placed, of_kind).where(row.nth <= row.room).subquery()
    row = ranked.c
    has_share = or_(
        row.kind == _WELL,
        (row.kind == _FAILING) & (row.of_kind <= _TRIES),
        (row.kind == _OWN) & (row.of_kind <= _OWNS),
    )
    order = (row.turn, row.kind == _FAILING, row.is_retry, row.due_at, row.id)
    return select(row.id).where(has_share).order_by(*order).limit(_LIMIT)


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
            case((is_own, _OWN), (is_failing, _FAILING), else_=_WELL).label("kind"),
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
    rooms = select(row.place_id, row.attempts, row.kind, row.aloft, room.label("room"))
    return rooms.where(room > 0).cte("rooms")


def _free(rooms: CTE) -> Subquery:
    """Return what is due and free of these: the longest due, no more of each than has room.

    And whatever somebody has asked for, however much is due before it.
    """
    walk = _each_next(rooms, nth=literal(1)).cte("walk", recursive=True)
    further = _each_next(walk, nth=walk.c.nth + 1, after=(walk.c.due_at, walk.c.id))
    walk = walk.union_all(further.where(walk.c.nth < walk.c.room, walk.c.nth < _LIMIT))
    # By itself, or it would be looked for among all that these places are owed.
    asked = select(Delivery).where(IS_FREE, IS_ASKED).cte("asked").prefix_with("MATERIALIZED")
    is_of_room = (asked.c.place_id == rooms.c.place_id) & (asked.c.attempts == rooms.c.attempts)
    of_rooms = select(*_columns(asked.c, rooms)).join(rooms, is_of_room)
    return union(select(*(one for one in walk.c if one.key != "nth")), of_rooms).subquery("free")


def _columns(one: Any, these: CTE) -> Sequence[Any]:
    row = these.c
    is_asked = case((one.back_to.is_not(None), 1), else_=0).label("is_asked")
    return (one.id, one.due_at, is_asked, row.place_id, row.attempts, row.kind, row.aloft, row.room)


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
    columns = select(*_columns(Delivery, these), nth.label("nth"))
    return columns.select_from(these).join(Delivery, Delivery.id == longest)


def _aloft() -> CTE:
    """Return how many are under way, by place."""
    is_aloft = (IS_ALOFT, Delivery.leased_until > _NOW)
    counts = select(Delivery.place_id, func.count().label("count")).where(*is_aloft)
    return counts.group_by(Delivery.place_id).cte("aloft")
