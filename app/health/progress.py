"""Whether what falls due is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rate import allowed
from app.accounts.state import AccountState
from app.deliver.claim import oldest_waiting
from app.tasks.models import Poll

# A process can be alive, its heartbeat green, and nothing be claimed: only the age of the oldest
# overdue row tells.
STUCK = timedelta(minutes=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due: how long the oldest has waited, and how long the budget makes it wait."""

    oldest: timedelta
    budgeted: timedelta

    @property
    def is_stuck(self) -> bool:
        """Whether it has waited for a minute more than the budget explains."""
        return self.oldest >= STUCK + self.budgeted


def queues(session: Session, *, now: datetime) -> list[Queue]:
    """Return the deliveries that wait for a worker, and each account's polls.

    What waits for an account that is paused, in trouble or disabled is not stuck: nothing is to be
    done about it here, and that an account is in trouble is told apart from this.
    """
    found = [Queue(_age(oldest_waiting(session, now=now), now), timedelta())]
    # Leased or not: a row that is claimed again and again and never written would look healthy.
    polls = (
        select(Account, func.min(Poll.due_at), func.count())
        .join(Poll, Poll.account_id == Account.id)
        .where(Poll.due_at <= now, Account.state == AccountState.OK, Account.paused_until <= now)
        .group_by(Account.id)
    )
    for account, first, count in session.execute(polls):
        rate = allowed(account.health, account.rpm, now=now)
        # When the account was last in trouble, nothing was asked: only time since then counts.
        freed = max(first, account.since, account.paused_until)
        found.append(Queue(_age(freed, now), count / rate * MINUTE))
    return found


def _age(at: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - at) if at else timedelta()
