"""Records that tasks have ended, with the events which that makes, as who polls does."""

import time
from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import select

from app.clients.bootstrap import ensure_default_client
from app.clients.models import Client
from app.clients.webhook_secret import make_webhook_secret
from app.clock import utc_now
from app.endpoints.endpoint import new_endpoint
from app.endpoints.schemas import NewEndpoint
from app.outbox.announce import announce
from app.outbox.bell import Bell
from app.outbox.models import Event
from app.process.process import Process
from app.tasks.models import Task
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.tasks import complete, log_of, watched

TICK = 0.05  # Seconds between two transactions, as the recorder of polls gathers at least.
BATCH = 500  # Tasks in one transaction, at most.

Committed: TypeAlias = dict[str, tuple[float, int]]


def fill(process: Process, load: Load) -> None:
    """Put in a client for each endpoint, as an event goes to all of its client's, and their tasks."""
    now, cipher = utc_now(), process.cipher
    with process.database.writing() as session:
        ensure_default_client(session, cipher, now=now)
        clients = [
            Client(
                name=f"client {n}",
                webhook_secret=cipher.encrypt(make_webhook_secret()),
                created_at=now,
            )
            for n in range(load.endpoints)
        ]
        session.add_all(clients)
        session.flush()
        session.add_all(
            new_endpoint(
                NewEndpoint(url=load.url_of(n)),
                client=client.id,
                secret=make_webhook_secret(),
                cipher=cipher,
                now=now,
            )
            for n, client in enumerate(clients)
        )
        tasks = [
            watched(n, client=clients[load.endpoint_of(n)].id, now=now) for n in range(load.events)
        ]
        session.add_all(tasks)
        session.flush()
        session.add_all(line for task in tasks for line in log_of(task, now=now))


def record_all(process: Process, load: Load) -> Committed:
    """Record the end of every task, at the load's rate; return when each event was committed."""
    with process.database.reading() as session:
        ids = session.scalars(select(Task.id).order_by(Task.id)).all()
    numbers = {task_id: n for n, task_id in enumerate(ids)}
    committed: Committed = {}
    began, done = time.monotonic(), 0
    while done < load.events:
        due = 1 + int((time.monotonic() - began) * load.rate) if load.rate else load.events
        upto = min(due, done + BATCH, load.events)
        if upto > done:
            events = _record(process, ids[done:upto])
            at = time.monotonic()
            process.get(Bell).ring()
            committed |= {event: (at, load.endpoint_of(numbers[of])) for event, of in events}
            done = upto
        if load.rate:
            time.sleep(TICK)
    return committed


def _record(process: Process, ids: Sequence[int]) -> list[tuple[str, int]]:
    """Record the end of these tasks; return the events, and the task of each."""
    now = utc_now()
    with process.database.writing() as session:
        tasks = session.scalars(select(Task).where(Task.id.in_(ids)).order_by(Task.id)).all()
        session.add_all([complete(task, now=now) for task in tasks])
        session.flush()
        announce(session, tasks, now=now)
        made = select(Event.public_id, Event.task_id).where(Event.task_id.in_(ids))
        return [(event, of) for event, of in session.execute(made) if of is not None]
