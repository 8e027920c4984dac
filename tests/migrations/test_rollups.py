"""What ended before ends were counted is counted as the service counts it."""

from datetime import timedelta

from alembic import command
from sqlalchemy import DateTime, bindparam, text

from app.db.migrate import config, migrate
from app.db.session import Database
from app.process.cipher import Cipher
from app.statistics.count import ends_of
from app.statistics.grains import Window
from app.statistics.read import counted
from app.statistics.sums import total
from app.tasks.models import Task
from app.tasks.status import Status
from tests.build import NOW, SECOND, SECRET_KEY, make_client
from tests.statistics import roll_all, sums

TASK = text("""
INSERT INTO task (id, client_id, upstream_id, account, kind, model, status, version, images, assets, prompts,
                  metadata, polls, created_at, is_dated, registered_at, finished_at, not_before, not_after,
                  deadline_at)
VALUES (:id, 1, :upstream_id, 'default', 'image', :model, :status, 2, '[]', '[]', '[]', '{}', :polls,
        :created_at, :is_dated, :registered_at, :finished_at, :not_before, :not_after, :created_at)
""")
INSTANTS = ("created_at", "registered_at", "finished_at", "not_before", "not_after")
TASK = TASK.bindparams(*(bindparam(name, type_=DateTime(timezone=True)) for name in INSTANTS))


def ended(number: int, status: Status, seconds: float, **fields: object) -> Task:
    """A task that was over so many seconds after its registration."""
    end = NOW + seconds * SECOND if not status.is_live else None
    is_seen = status in {Status.COMPLETED, Status.FAILED}
    values = {
        "client_id": 1, "account": "default", "kind": "image", "model": "flux-pro", "polls": number,
        "created_at": NOW - SECOND, "is_dated": True, "registered_at": NOW, "finished_at": end,
        "not_before": NOW + (seconds - 2) * SECOND if is_seen else None,
        "not_after": end if is_seen else None,
    }  # fmt: skip
    return Task(id=number * 15_000, upstream_id=f"img_{number}", status=status, **(values | fields))


TASKS = [
    ended(1, Status.COMPLETED, 40.5),
    ended(2, Status.COMPLETED, 7.0, is_dated=False),
    ended(3, Status.FAILED, 3600.0, model=None),
    ended(4, Status.TIMED_OUT, 300.0),
    ended(5, Status.CANCELLED, 0.0),
    ended(6, Status.COMPLETED, 1.0, not_before=None),
    ended(7, Status.COMPLETED, -30.0, not_before=None),  # A clock had jumped.
    ended(8, Status.PENDING, 0.0),
]


def test_what_had_ended_is_counted_as_the_service_counts_it(empty: Database) -> None:
    """In the hour in which it did."""
    command.upgrade(config(empty), "0031")
    with empty.writing() as session:
        make_client(session, Cipher(SECRET_KEY))
        names = (*TASK._bindparams,)
        for task in TASKS:
            session.execute(TASK, {name: getattr(task, name) for name in names})

    migrate(empty)

    later = NOW + timedelta(hours=3)
    expected = total(end.sums for end in ends_of(TASKS))
    assert sums(empty, now=later) == expected
    roll_all(empty, now=later)
    assert sums(empty, now=later) == expected
    assert sums(empty, Window.DAY, now=later) == expected
    with empty.reading() as session:
        models = {series.model for series in counted(session, 1, Window.ALL, now=later)}
    assert models == {"", "flux-pro"}
