"""The next look at a task, and why it is then."""

from datetime import timedelta

from app.accounts.models import Account
from app.accounts.prices import price_of
from app.history.schemas import Entry
from app.schedule.policy import Policy, Standing
from app.schedule.scouts import lot
from app.tasks.models import Poll

LATE = "the late watch: it may have finished after its deadline"
DEADLINE = "its deadline"
FORCED = "it was asked for"


def upcoming(poll: Poll, account: Account, policy: Policy) -> Entry:
    """Return what comes next for the task of this schedule."""
    return Entry(at=poll.due_at, what="next look", why=_why(poll, account, policy))


def _why(poll: Poll, account: Account, policy: Policy) -> str:
    since = poll.seen_at or poll.started_at
    if poll.forced_at:
        return FORCED
    if not poll.status.is_live:
        return LATE
    if poll.faults or poll.absences or poll.rejections:
        return f"asked again, after: {poll.sight}"
    if poll.due_at >= poll.deadline_at:
        return DEADLINE
    standing = Standing(
        kind=poll.kind, model=poll.model, age=max(timedelta(), since - poll.started_at),
        polls=poll.polls, price=price_of(account.prices, poll.client_id, weight=poll.weight),
        lot=lot(poll.upstream_id),
    )  # fmt: skip
    return policy.explain(standing, max(timedelta(), poll.due_at - since))
