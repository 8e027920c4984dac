"""When to look at a new task for the first time."""

from datetime import datetime

from app.accounts.models import Account
from app.accounts.payer import Payer
from app.accounts.prices import current_prices, price_of
from app.schedule.policy import Policy, Standing
from app.schedule.price import is_free
from app.schedule.scouts import lot
from app.upstream.paths import Kind


def first_look(
    policy: Policy, account: Account | Payer, *, upstream_id: str, client: int, kind: Kind,
    model: str | None, created_at: datetime, deadline_at: datetime, weight: float, is_dated: bool,
    now: datetime,
) -> datetime:  # fmt: skip
    """Return when to look first at a task; `is_dated` if it is known when it began.

    An id that came alone may be of any age, and long over: it is looked at at once, while polls are free.
    """
    price = price_of(current_prices(account, now=now), client, weight=weight)
    if not is_dated and is_free(price):
        return now
    standing = Standing(
        kind=kind, model=model, age=now - created_at, polls=0, price=price, lot=lot(upstream_id)
    )
    return min(now + policy.first(standing), deadline_at)
