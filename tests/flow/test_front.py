"""Where claims begin to look hides nothing for longer than a sweep."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.clock import EPOCH
from app.db.session import Database
from app.poll.claim import Claim
from app.poll.claiming import claim_due
from app.poll.front import SLACK, SWEEP
from app.poll.pick import Claiming
from app.process.cipher import Cipher
from app.process.process import Process
from app.tasks.models import Poll
from tests.build import NOW, SECOND, SECRET_KEY, make_account, make_task

TICK = timedelta(milliseconds=100)


class Worker:
    """Claims as a process does, which remembers where it begins to look."""

    def __init__(self, database: Database, *, room: int = 100) -> None:
        self.database = database
        self.by = Claiming(
            cipher=Cipher(SECRET_KEY), lease=30 * SECOND, clock=lambda: EPOCH,
            room_of=lambda _, __: room,
        )  # fmt: skip

    def claim(self, now: datetime, limit: int = 100) -> set[str]:
        """Claim in a transaction of its own; return the tasks."""
        with self.database.writing() as session:
            claims = claim_due(session, self.by, now=now, limit=limit)
        return {one.upstream_id for one in claims if isinstance(one, Claim)}


def add(database: Database, name: str, *, due_at: datetime, account: str = "default") -> None:
    """Store a task."""
    with database.writing() as session:
        make_task(session, name, due_at=due_at, account=account)


@pytest.fixture
def worker(process: Process) -> Worker:
    """One that has claimed all there was."""
    add(process.database, "first", due_at=NOW)
    worker = Worker(process.database)
    assert worker.claim(NOW) == {"first"}
    return worker


def test_what_is_committed_a_little_after_its_due_time_is_claimed_at_once(worker: Worker) -> None:
    add(worker.database, "late", due_at=NOW - SLACK / 2)

    assert worker.claim(NOW + TICK) == {"late"}


def test_what_became_due_long_ago_is_claimed_within_a_sweep(worker: Worker) -> None:
    """As is a task whose claim ended with the process that had it."""
    add(worker.database, "old", due_at=NOW - 100 * SECOND)

    assert worker.claim(NOW + TICK) == set()
    assert worker.claim(NOW + SWEEP) == {"old"}


def test_what_found_no_room_is_not_behind_the_front(process: Process) -> None:
    for age in range(6):
        add(process.database, f"due {age} s ago", due_at=NOW - age * SECOND)
    worker = Worker(process.database)

    claimed = [worker.claim(NOW + n * TICK, limit=2) for n in range(3)]

    assert claimed == [
        {"due 5 s ago", "due 4 s ago"}, {"due 3 s ago", "due 2 s ago"}, {"due 1 s ago", "due 0 s ago"},
    ]  # fmt: skip


def test_what_a_short_budget_left_is_not_behind_the_front(process: Process) -> None:
    """Nor does one account's front hide what another's budget left."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().rpm = 60
        make_account(session, process.cipher, "second", rpm=6000)
    for age in range(4):
        add(process.database, f"default {age}", due_at=NOW - age * 10 * SECOND)
    add(process.database, "second", due_at=NOW, account="second")
    worker = Worker(process.database)
    worker.claim(NOW)
    spend_nothing(process.database)

    assert len(worker.claim(NOW + TICK)) > 0


def spend_nothing(database: Database) -> None:
    """Give every account its whole budget again."""
    with database.writing() as session:
        session.execute(update(Account).values(spent_until=EPOCH))


def left(session: Session) -> int:
    """Count the tasks that nobody has claimed."""
    return len(session.scalars(select(Poll.task_id).where(Poll.token == 0)).all())


def test_nothing_stays_behind_however_claims_are_limited(process: Process) -> None:
    for number in range(40):
        add(process.database, f"task {number}", due_at=NOW - (number * 37 % 40) * SECOND)
    worker = Worker(process.database, room=3)

    now = NOW
    for _ in range(20):
        worker.claim(now, limit=3)
        now += TICK

    with process.database.reading() as session:
        assert left(session) == 0
