"""Everything that happened to a task, in one list."""

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.history.queries import Found
from app.history.schemas import Entry, OddOut
from app.history.telling import attempts, owed
from app.history.upcoming import upcoming
from app.schedule.policy import Policy
from app.tasks.models import OddAnswer
from app.tasks.timeline import fold, transitions_of


def timeline(session: Session, found: Found, policy: Policy) -> list[Entry]:
    """Return what was seen of the task and each attempt to tell of it, oldest first; then what is to come."""
    task, poll = found
    log = transitions_of(session, [task.id])[task.id]
    seen = [
        Entry(at=s.at, what=s.what, status=s.status, polls=s.polls)
        for s in fold(log, polls=poll.polls if poll else task.polls)
    ]
    _show(session.get(OddAnswer, task.id), seen)
    past = sorted(seen + attempts(session, task.id), key=lambda entry: entry.at)
    to_come = list(owed(session, task.id))
    if poll:
        account = session.get_one(Account, poll.account_id)
        to_come.append(upcoming(poll, account, policy))
    return past + sorted(to_come, key=lambda entry: entry.at)


def _show(odd: OddAnswer | None, seen: list[Entry]) -> None:
    """Show the last odd answer beside the run of looks that it was one of."""
    runs = [entry for entry in seen if odd and entry.at <= odd.at]
    if odd and runs:
        runs[-1].answer = OddOut(
            status_code=odd.status_code, content_type=odd.content_type, body=odd.body
        )
