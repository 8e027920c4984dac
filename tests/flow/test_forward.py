"""First looks that wait for what was known when their tasks came are brought forward by what is known now."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.db.session import Database
from app.poll.forward import Fresh, bring_forward
from app.poll.price import reprice
from app.schedule.cold import lognormal
from app.schedule.forecast import Book
from app.schedule.scouts import AGE, IN_DOUBT, SHARE, lot
from app.tasks.models import Poll
from tests.build import CLIENT, MINUTE, NOW, SECOND, make_task

BOOK = Book(3.0, 30.0)
PRICES = {str(CLIENT): 5.0}
FIRST = BOOK.plan_of("image", None).first(5.0) * SECOND


def stored(database: Database, name: str = "img_1") -> Poll:
    """Return the row of a task."""
    with database.reading() as session:
        return session.scalars(select(Poll).where(Poll.upstream_id == name)).one()


def brought(
    database: Database, *, started: datetime, due: datetime, now: datetime = NOW,
    name: str = "img_1", book: Book = BOOK, **fields: object,
) -> Poll:  # fmt: skip
    """Store a task that is to be looked at first at `due`, and bring forward what can be."""
    with database.writing() as session:
        task = make_task(session, name, started_at=started, due_at=due, expected_at=due)
        poll = session.get_one(Poll, task.id)
        for field, value in fields.items():
            setattr(poll, field, value)
        session.flush()
        fresh = Fresh(task.id, name, CLIENT, "image", None, 1.0, started, due)
        bring_forward(session, [fresh], book, PRICES, now=now)
    return stored(database, name)


def test_a_first_look_comes_when_it_would_be_planned_for_now(database: Database) -> None:
    """Wherever its due time is written, so that it is found and was not held up."""
    poll = brought(database, started=NOW, due=NOW + 9 * MINUTE)

    assert poll.due_at - NOW == FIRST
    assert poll.claimable_at == poll.expected_at == poll.due_at
    assert (poll.token, poll.polls) == (0, 0)


def test_one_that_would_have_been_by_now_is_due_now(database: Database) -> None:
    poll = brought(database, started=NOW - 5 * MINUTE, due=NOW + 9 * MINUTE)

    assert poll.due_at == NOW


def test_what_is_due_about_then_anyway_stays(database: Database) -> None:
    due = NOW + 1.1 * FIRST

    assert brought(database, started=NOW, due=due).due_at == due


def test_what_is_being_asked_for_or_was_asked_for_since_stays(database: Database) -> None:
    """Its row has moved on from what was read of it."""
    due = NOW + 9 * MINUTE

    leased = brought(database, started=NOW, due=due, leased_until=NOW + MINUTE)
    assert leased.due_at == due
    with database.writing() as session:
        poll = session.scalars(select(Poll)).one()
        poll.leased_until, poll.polls = NOW, 1
        session.flush()
        fresh = Fresh(poll.task_id, "img_1", CLIENT, "image", None, 1.0, NOW, due)
        bring_forward(session, [fresh], BOOK, PRICES, now=NOW)
    assert stored(database).due_at == due


def test_where_tasks_may_have_become_faster_half_of_them_are_looked_at_at_half_the_age(
    database: Database,
) -> None:
    curve = lognormal(80, 0.2)
    calm, doubtful = (
        BOOK.with_curves({("image", None): replace(curve, is_suspected=is_suspected)})
        for is_suspected in (False, True)
    )
    first = calm.of("image", None).plan.first(5.0) * SECOND
    _ = doubtful.of("image", None).plan
    chosen, other = (
        next(name for name in map("img_{}".format, range(99)) if low < lot(name) < high)
        for low, high in ((SHARE, IN_DOUBT), (IN_DOUBT, 1.0))
    )

    def due(name: str, book: Book) -> timedelta:
        poll = brought(database, started=NOW, due=NOW + first, name=name, book=book)
        return poll.due_at - NOW

    assert due(other, doubtful) == first
    assert due(chosen, doubtful).total_seconds() == pytest.approx(AGE * first.total_seconds())


def test_it_happens_where_prices_are_found(database: Database) -> None:
    """At a short budget, among the tasks of all ages that are under way there."""
    with database.writing() as session:
        for number in range(40):
            began = NOW - timedelta(seconds=3 * number)
            make_task(
                session, f"img_{number + 2}", started_at=began, seen_at=NOW - SECOND, polls=3,
                due_at=NOW + 3 * SECOND,
            )  # fmt: skip
        make_task(session, started_at=NOW, due_at=NOW + 20 * MINUTE)
        account = session.scalars(select(Account)).one()
        account.rpm = 120
        reprice(session, account, BOOK, now=NOW)
        assert account.is_short

    assert NOW < stored(database).due_at < NOW + 10 * MINUTE
    assert stored(database, "img_7").due_at == NOW + 3 * SECOND
