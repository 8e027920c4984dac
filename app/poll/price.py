"""What a poll costs at an account now: found from the tasks under way there, client by client."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rate import allowed
from app.poll.forward import Fresh, bring_forward
from app.schedule.ages import Floats
from app.schedule.forecast import Book
from app.schedule.price import ABOVE, demand, fair_rates, is_free, price_for
from app.tasks.models import Poll

EVERY = timedelta(seconds=1)
# Of more tasks than this, some stand for all; a client with few of them is then not short anyway.
SAMPLE = 5000
MINUTE = 60.0  # seconds

# The client, the kind, the model and the weight: what tasks with one plan have in common.
Group: TypeAlias = tuple[int, str, str | None, float]


def reprice(
    session: Session, account: Account, book: Book, *, now: datetime, sample: int = SAMPLE
) -> None:
    """Find the prices anew, if the last are a second old: the account's row is locked by the claim."""
    if account.priced_at and account.priced_at <= now < account.priced_at + EVERY:
        return
    rate = allowed(account.health, account.rpm, now=now) / MINUTE
    mine = (Poll.account_id == account.id, Poll.ended_at.is_(None))
    live = session.execute(select(func.count()).where(*mine)).scalar_one()
    is_ample = live <= rate * book.floor
    each = -(-live // sample)  # One in so many is read.
    prices = {} if is_ample else _prices(session, account, book, rate=rate, each=each, now=now)
    if prices != account.prices:
        account.prices = prices
    account.is_short, account.priced_at = bool(prices), now


def _prices(
    session: Session, account: Account, book: Book, *, rate: float, each: int, now: datetime
) -> dict[str, float]:
    """Return the price of each client whose polls are not free."""
    ages, waiting, late = _under_way(session, account.id, each=each, now=now)
    fresh = Counter((one.client_id, one.kind, one.model, one.weight) for one in waiting)
    wanted: dict[int, Floats] = {}
    for group in ages.keys() | fresh.keys():
        client, kind, model, weight = group
        plan = book.plan_of(kind, model)
        more = each * demand(plan, ages[group], fresh=fresh[group], weight=weight)
        wanted[client] = wanted[client] + more if client in wanted else more
    rates = fair_rates({one: float(of[0]) for one, of in wanted.items()}, ABOVE * rate)
    prices = {
        client: price_for(of, rate=min(rate, rates[client]), late=each * late[client])
        for client, of in wanted.items()
    }
    found = {str(client): price for client, price in prices.items() if not is_free(price)}
    bring_forward(session, waiting, book, found, now=now)
    return found


def _under_way(
    session: Session, account_id: int, *, each: int, now: datetime
) -> tuple[dict[Group, list[float]], list[Fresh], Counter[int]]:
    """Return the ages of the tasks that have been looked at, those that have not, and how many are late."""
    ages: dict[Group, list[float]] = defaultdict(list)
    fresh: list[Fresh] = []
    late: Counter[int] = Counter()
    rows = session.execute(
        select(
            Poll.task_id, Poll.upstream_id, Poll.client_id, Poll.kind, Poll.model, Poll.weight,
            Poll.started_at, Poll.due_at, Poll.seen_at.is_(None),
        ).where(
            Poll.account_id == account_id, Poll.ended_at.is_(None), Poll.task_id % each == 0,
        )
    )  # fmt: skip
    for task_id, name, client_id, kind, model, weight, started_at, due_at, is_fresh in rows:
        one = Fresh(task_id, name, client_id, kind, model, weight, started_at, due_at)
        if is_fresh:
            fresh.append(one)
        else:
            group = (one.client_id, one.kind, one.model, one.weight)
            ages[group].append(max(0.0, (now - one.started_at).total_seconds()))
        late[one.client_id] += one.due_at <= now
    return ages, fresh, late
