"""When to look at a new task for the first time."""

from datetime import datetime
from typing import Any

from app.accounts.models import Account
from app.accounts.prices import current_prices, price_of
from app.schedule.policy import Policy, Standing
from app.schedule.price import is_free
from app.schedule.scouts import lot


def first_look(
    policy: Policy, account: Account, task: dict[str, Any], *,
    weight: float, is_dated: bool, now: datetime,
) -> datetime:  # fmt: skip
    """Return when to look first at the task of this row; `is_dated` if it is known when it began.

    An id that came alone may be of any age, and long over: it is looked at at once, while polls are free.
    """
    price = price_of(current_prices(account, now=now), task["client_id"], weight=weight)
    if not is_dated and is_free(price):
        return now
    standing = Standing(
        kind=task["kind"], model=task["model"], age=now - task["created_at"], polls=0, price=price,
        lot=lot(task["upstream_id"]),
    )  # fmt: skip
    deadline_at: datetime = task["deadline_at"]
    return min(now + policy.first(standing), deadline_at)
