"""What is to be expected of a task, from its schedule and what is known of its model."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.curves.outlook import outlook
from app.db.session import Database
from app.history.upcoming import upcoming
from app.schedule.cold import lognormal
from app.schedule.forecast import Book
from app.schedule.learning import Learning
from app.tasks.models import Poll
from app.tasks.status import Status
from tests.build import MINUTE, NOW, SECOND, make_task

BOOK = Book(3.0, 30.0).with_curves({("image", "quick"): lognormal(10, 0.2)})


def poll_of(database: Database, **fields: Any) -> Poll:
    """Store a task; return its schedule."""
    with database.writing() as session:
        task = make_task(session, **fields)
        return session.get_one(Poll, task.id)


def why(database: Database, **fields: Any) -> str | None:
    """Return why the next look at a task is when it is."""
    poll = poll_of(database, **fields)
    with database.reading() as session:
        account = session.scalars(select(Account)).one()
    return upcoming(poll, account, Learning(BOOK)).why


def test_each_model_is_expected_by_its_own_curve(database: Database) -> None:
    poll = poll_of(database, model="quick")

    found = outlook(BOOK, poll, now=NOW)

    assert found is not None
    assert (found.eta.p50 - NOW).total_seconds() == pytest.approx(10, rel=0.1)


def test_a_task_seen_unfinished_is_expected_later(database: Database) -> None:
    poll = poll_of(database, model="quick", started_at=NOW - 12 * SECOND, seen_at=NOW, polls=1)

    found = outlook(BOOK, poll, now=NOW)

    assert found is not None
    assert NOW < found.eta.p50 < NOW + 5 * SECOND


def test_of_a_task_that_is_only_watched_late_nothing_is_expected(database: Database) -> None:
    poll = poll_of(
        database, status=Status.TIMED_OUT, ended_at=NOW, finished_at=NOW, deadline_at=NOW
    )

    assert outlook(BOOK, poll, now=NOW) is None


def test_of_a_task_that_is_over_nothing_is_expected() -> None:
    assert outlook(BOOK, None, now=NOW) is None


def test_a_look_is_explained_by_what_ends_before_it(database: Database) -> None:
    said = why(
        database, model="quick", started_at=NOW - 8 * SECOND, seen_at=NOW, polls=1,
        due_at=NOW + 3 * SECOND,
    )  # fmt: skip

    assert said is not None
    assert said.startswith("next look in 3 s: ")
    assert "of quick tasks end in the next 3 s" in said


def test_a_look_after_a_fault_is_explained_by_it(database: Database) -> None:
    assert why(database, faults=2, sight="fault: HTTP 502") == "asked again, after: fault: HTTP 502"


def test_the_look_at_the_deadline_is_called_so(database: Database) -> None:
    assert why(database, due_at=NOW + MINUTE, deadline_at=NOW + MINUTE) == "its deadline"


def test_a_late_look_is_called_so(database: Database) -> None:
    late = why(
        database, status=Status.TIMED_OUT, ended_at=NOW, finished_at=NOW, deadline_at=NOW,
        due_at=NOW + timedelta(minutes=10),
    )  # fmt: skip

    assert late is not None
    assert "after its deadline" in late
