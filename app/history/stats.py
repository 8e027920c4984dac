"""How many tasks stand where, and what is left of the budgets."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.accounts import all_accounts, upstream
from app.accounts.schemas import AccountOut, Standing
from app.tasks.models import Poll, Task
from app.tasks.status import Status


class Budget(BaseModel):
    """An account's budget: requests a minute as set, as allowed now, and as used in the last minute."""

    account: str
    rpm: int
    allowed_rpm: float
    used: int
    state: Standing
    why: str | None
    paused_until: datetime | None


class Stats(BaseModel):
    """The client's tasks by status, and how well LemonData can be asked for them."""

    counts: dict[Status, int]
    budget: list[Budget]
    oldest_due_seconds: float
    upstream: Literal["ok", "degraded"]


def stats(session: Session, client: int, *, now: datetime) -> Stats:
    """Return the figures of one client; budgets are everybody's."""
    counted = select(Task.status, func.count()).where(Task.client_id == client)
    counts = dict.fromkeys(Status, 0) | dict(session.execute(counted.group_by(Task.status)).all())
    accounts = all_accounts(session)
    oldest = session.scalar(
        select(func.min(Poll.due_at)).join(Task).where(Task.client_id == client)
    )
    waited = (now - oldest).total_seconds() if oldest else 0.0
    return Stats(
        counts=counts,
        budget=[_budget(AccountOut.of(account, now=now)) for account in accounts],
        oldest_due_seconds=max(0.0, waited),
        upstream=upstream(accounts),
    )


def _budget(account: AccountOut) -> Budget:
    fields = account.model_dump(include=set(Budget.model_fields))
    return Budget(account=account.name, **fields)
