"""Tasks that have ended, with all that tells of them, and what is left of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.db.base import Base
from app.db.session import Database
from app.outbox.models import Attempt, Delivery, Event
from app.outbox.states import DeliveryState
from app.poll.finding import Finding
from app.poll.late import first_late_look
from app.poll.outcome import Ended
from app.poll.record import record
from app.process.process import Process
from app.retention.choose import Old
from app.retention.find import START, find
from app.retention.sweep import AT_ONCE, Pruned, sweep
from app.tasks.labels import labels_of
from app.tasks.models import OddAnswer, Task, TaskLabel
from app.tasks.status import Status
from tests.build import CLIENT, MINUTE, NOW, claim_polls, completed, make_endpoint, make_task

LABELS = {"order": 7, "shop": "a"}
BEFORE = NOW + 2 * MINUTE


def has_endpoint(process: Process, **fields: Any) -> int:
    """Have an endpoint that is told of every end."""
    with process.database.writing() as session:
        return make_endpoint(session, process.cipher, **fields).id


def ended(
    process: Process, *names: str, at: datetime = NOW + MINUTE,
    state: DeliveryState = DeliveryState.DELIVERED, **fields: Any,
) -> None:  # fmt: skip
    """Have tasks that were completed at that time; what was owed of them stands so, after an attempt."""
    with process.database.writing() as session:
        tasks = [make_task(session, name, labels=LABELS, **fields) for name in names]
        for task in tasks:
            labels = [
                {"label": one, "created_at": NOW, "task_id": task.id}
                for one in labels_of(task.client_id, LABELS)
            ]
            session.execute(insert(TaskLabel), labels)
            session.add(OddAnswer(task_id=task.id, at=NOW, status_code=500, body="?"))
        claims = sorted(claim_polls(session, now=NOW, limit=1000), key=lambda one: one.task_id)
        record(session, [completed(claim, at=at) for claim in claims], now=at)
        ids = [task.id for task in tasks]
        of = select(Delivery).join(Event, Event.id == Delivery.event_id)
        for delivery in session.scalars(of.where(Event.task_id.in_(ids))):
            delivery.state, delivery.token = state, 1
            session.add(Attempt(delivery_id=delivery.id, token=1, number=1, at=at, milliseconds=5))


def timed_out(process: Process, *, is_watched: bool) -> None:
    """Have a task whose deadline has passed; whether it is looked at late."""
    with process.database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
        late = first_late_look(claim.watch, ended_at=NOW) if is_watched else None
        outcome = Ended(status=Status.TIMED_OUT, late=late)
        record(session, [Finding(claim=claim, outcome=outcome, at=NOW)], now=NOW)


def prune(database: Database, *, before: datetime = BEFORE, at_once: int = AT_ONCE) -> Pruned:
    """Remove what is older."""
    return sum(sweep(database, before=before, at_once=at_once), Pruned())


def names(database: Database) -> list[str]:
    """Return the tasks that are left."""
    with database.reading() as session:
        mine = select(Task.upstream_id).where(Task.client_id == CLIENT)
        return sorted(session.scalars(mine))


def counts(database: Database) -> dict[str, int]:
    """Return how many rows each table has, of those that have any, but for claimers and for sums."""
    with database.reading() as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in {"holder", "rollup", "rollup_increment"}
        }
    return {name: count for name, count in found.items() if count}


def found(database: Database) -> list[Old]:
    """Find what is old enough."""
    with database.reading() as session:
        return find(session, CLIENT, before=BEFORE, behind=START, limit=100)[0]
