"""Everything that happened to a task, in one list."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.endpoints.models import Endpoint
from app.history.queries import Found
from app.history.schemas import Entry, OddOut
from app.history.upcoming import upcoming
from app.outbox.models import Attempt, Delivery, Event
from app.schedule.policy import Policy
from app.tasks.models import OddAnswer, Task
from app.tasks.timeline import fold, transitions_of


def timeline(session: Session, found: Found, policy: Policy) -> list[Entry]:
    """Return what was seen of the task and every attempt to tell of it, oldest first; then what is next."""
    task, poll = found
    log = transitions_of(session, [task.id])[task.id]
    seen = [
        Entry(at=s.at, what=s.what, status=s.status, polls=s.polls)
        for s in fold(log, polls=poll.polls if poll else task.polls)
    ]
    _show(session.get(OddAnswer, task.id), seen)
    past = sorted(seen + _attempts(session, task.id), key=lambda entry: entry.at)
    if poll is None:
        return past
    account = session.get_one(Account, poll.account_id)
    return [*past, upcoming(poll, account, policy)]


def _show(odd: OddAnswer | None, seen: list[Entry]) -> None:
    """Show the last odd answer beside the run of looks that it was one of."""
    runs = [entry for entry in seen if odd and entry.at <= odd.at]
    if odd and runs:
        runs[-1].answer = OddOut(
            status_code=odd.status_code, content_type=odd.content_type, body=odd.body
        )


def _attempts(session: Session, task_id: int) -> list[Entry]:
    rows = (
        select(
            Attempt.at,
            Event.public_id.label("event"),
            func.coalesce(Endpoint.url, Task.webhook_url).label("url"),
            Attempt.number.label("attempt"),
            Attempt.status_code,
            Attempt.error,
        )
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .join(Event, Event.id == Delivery.event_id)
        .join(Task, Task.id == Event.task_id)
        .outerjoin(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Event.task_id == task_id)
        .order_by(Attempt.at, Attempt.id)
    )
    return [Entry(what="delivery attempt", **row) for row in session.execute(rows).mappings()]
