"""A look that was asked for comes ahead of the queue, also at a task that has timed out."""

from collections.abc import Sequence

import pytest

from app.db.session import Database
from app.errors import Conflict, NotFound
from app.poll.claim import Claim
from app.poll.decide import decide
from app.poll.finding import Finding
from app.poll.look import Look
from app.poll.record import record
from app.poll.rules import Rules
from app.register.again import look_again
from app.schedule.backoff import Fixed
from app.tasks.models import Poll, Task
from app.tasks.status import Status
from app.upstream.answer import Answer, Finished, Image, Unfinished
from tests.build import CLIENT, MINUTE, NOW, SECOND, claim_polls, make_task

RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=MINUTE)
NOT_YET = Unfinished(Status.PROCESSING)
DONE = Finished((Image("https://x/1.png", None, 0),))
LATER = NOW + 5 * MINUTE


def force(database: Database, upstream_id: str = "img_1", *, client: int = CLIENT) -> Task:
    """Ask for a look now."""
    with database.writing() as session:
        return look_again(session, client, upstream_id, now=NOW)


def claimed(database: Database, *, limit: int = 9) -> Sequence[Claim]:
    """Claim what is due."""
    with database.writing() as session:
        return claim_polls(session, now=NOW, limit=limit)


def answer(database: Database, claim: Claim, said: Answer) -> Task:
    """Record what LemonData said just now."""
    outcome = decide(Look(answer=said, asked_at=NOW, now=NOW), claim.watch, RULES)
    with database.writing() as session:
        record(session, [Finding(claim=claim, outcome=outcome, at=NOW, asked_at=NOW)], now=NOW)
        return session.get_one(Task, claim.task_id)


def test_it_comes_before_all_that_has_waited_longer(database: Database) -> None:
    """Though it was not due at all."""
    with database.writing() as session:
        make_task(session, "img_waiting", due_at=NOW - MINUTE)
        make_task(session, due_at=LATER)

    force(database)

    assert [claim.upstream_id for claim in claimed(database, limit=1)] == ["img_1"]


def test_it_comes_once(database: Database) -> None:
    """Then the task goes on as the schedule says."""
    with database.writing() as session:
        make_task(session, due_at=LATER)
    force(database)
    (claim,) = claimed(database)

    answer(database, claim, NOT_YET)

    with database.reading() as session:
        poll = session.get_one(Poll, claim.task_id)
        assert (poll.forced_at, poll.due_at) == (None, NOW + 3 * SECOND)


def test_a_lease_is_waited_for(database: Database) -> None:
    """One request for a task at a time, whoever asks for more."""
    with database.writing() as session:
        make_task(session)
    claimed(database)

    force(database)

    assert claimed(database) == []


@pytest.mark.parametrize("is_watched", [True, False])
def test_a_late_finisher_becomes_completed(database: Database, is_watched: bool) -> None:
    """Whether its late watch goes on or is over; once, and with a version of its own."""
    with database.writing() as session:
        task = make_task(
            session, status=Status.TIMED_OUT, ended_at=NOW - 60 * MINUTE,
            finished_at=NOW - 60 * MINUTE, error="too late", due_at=LATER,
        )  # fmt: skip
        if not is_watched:
            session.delete(session.get_one(Poll, task.id))

    force(database)
    (claim,) = claimed(database)
    ended = answer(database, claim, DONE)

    assert (ended.status, ended.error, ended.version) == (Status.COMPLETED, None, 2)
    with pytest.raises(Conflict, match="img_1 is over: completed"):
        force(database)


def test_what_is_still_not_done_after_the_last_look_is_left_alone_again(database: Database) -> None:
    """The look was for now, and begins no new watch."""
    with database.writing() as session:
        task = make_task(
            session, status=Status.TIMED_OUT, ended_at=NOW - 180 * MINUTE,
            finished_at=NOW - 180 * MINUTE, error="too late",
        )  # fmt: skip
        session.delete(session.get_one(Poll, task.id))

    force(database)
    (claim,) = claimed(database)
    left = answer(database, claim, NOT_YET)

    assert (left.status, left.version) == (Status.TIMED_OUT, 1)
    with database.reading() as session:
        assert session.get(Poll, task.id) is None


@pytest.mark.parametrize("client", [CLIENT, 2])
def test_an_unknown_task_or_another_s_is_not_found(database: Database, client: int) -> None:
    """The two are not told apart."""
    with database.writing() as session:
        make_task(session, "img_1" if client == 2 else "img_2")

    with pytest.raises(NotFound):
        force(database, client=client)
