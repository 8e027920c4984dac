"""Registers the tasks that are waited for, and records that all of them have ended at once."""

import time

from sqlalchemy import delete, select

from app.accounts.models import Account
from app.clients.bootstrap import ensure_default_client
from app.clock import utc_now
from app.db.migrate import migrate
from app.outbox.announce import announce
from app.process.process import Process
from app.register.prepare import Registrar
from app.register.register import register_all
from app.register.schemas import RegisterTask
from app.start.prepare import ensure_account
from app.tasks.models import Poll, Task
from benchmarks.webhooks.tasks import complete


def name_of(number: int) -> str:
    """Return the id of a task."""
    return f"img_{number}"


def fill(process: Process, count: int) -> None:
    """Make the database, and register so many tasks."""
    migrate(process.database)
    now = utc_now()
    with process.database.writing() as session:
        client = ensure_default_client(session, process.cipher, now=now)
    ensure_account(process)
    with process.database.reading() as session:
        account = session.scalars(select(Account)).one()
    registrar = Registrar.of(process)
    bodies = [RegisterTask(task_id=name_of(number), model="flux-pro") for number in range(count)]
    register_all(
        process.database,
        [registrar.prepare(body, client=client, account=account, now=now) for body in bodies],
    )


def end_all(process: Process) -> float:
    """Record the end of every task, in one transaction; return when its commit began."""
    now = utc_now()
    with process.database.writing() as session:
        tasks = session.scalars(select(Task).order_by(Task.id)).all()
        session.add_all([complete(task, now=now) for task in tasks])
        session.execute(delete(Poll))
        session.flush()
        announce(session, tasks, now=now)
        return time.monotonic()
