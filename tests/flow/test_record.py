"""What looks found is recorded whole, once, and only by who holds the claim."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.session import Database
from app.outbox.models import Delivery, Event
from app.poll.claim import Claim
from app.poll.finding import Finding
from app.poll.outcome import Ended
from app.poll.record import record
from app.process.process import Process
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status
from tests.build import (
    MINUTE,
    NOW,
    SECOND,
    claim_polls,
    completed,
    make_endpoint,
    make_task,
    unfinished,
)


def claim_one(database: Database) -> Claim:
    """Claim the one task there is."""
    with database.writing() as session:
        (claim,) = claim_polls(session, now=NOW, lease=MINUTE, limit=1)
    return claim


def write(database: Database, *findings: Finding) -> list[Task]:
    """Record these findings."""
    with database.writing() as session:
        return record(session, findings, now=NOW + MINUTE).moved


def count(session: Session, model: type) -> int:
    """Count the rows of a table."""
    return session.scalars(select(func.count()).select_from(model)).one()


@pytest.fixture
def claim(database: Database) -> Claim:
    """A task of which two images are awaited, claimed."""
    with database.writing() as session:
        make_task(session, webhook_url="http://127.0.0.1:9/hook", prompts=["one", "two"])
    return claim_one(database)


def test_completed_keeps_every_url_and_the_prompts_of_the_create_answer(
    database: Database, claim: Claim
) -> None:
    """An answer that does not repeat a prompt does not erase it."""
    (task,) = write(database, completed(claim, "https://x/1.png", "https://x/2.png"))

    assert task.status is Status.COMPLETED
    assert task.images == [
        {"url": "https://x/1.png", "revised_prompt": "one"},
        {"url": "https://x/2.png", "revised_prompt": "two"},
    ]
    assert (task.version, task.polls, task.finished_at) == (2, 1, NOW + MINUTE)


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.TIMED_OUT])
def test_an_end_keeps_its_reason(database: Database, claim: Claim, status: Status) -> None:
    """Whoever looks it up wants to know why."""
    finding = Finding(claim=claim, outcome=Ended(status=status, error="because"), at=NOW)

    (task,) = write(database, finding)

    assert (task.status, task.error, task.images) == (status, "because", [])


def test_an_ended_task_leaves_the_schedule(database: Database, claim: Claim) -> None:
    """The schedule holds only what is still to be looked at."""
    write(database, completed(claim))

    with database.reading() as session:
        assert count(session, Poll) == 0


def test_an_end_its_event_and_its_deliveries_are_one_transaction(
    process: Process, claim: Claim
) -> None:
    """A crash before the commit leaves nothing of them, and the task to be asked for again."""
    database = process.database
    with database.writing() as session:
        make_endpoint(session, process.cipher)

    with pytest.raises(ZeroDivisionError), database.writing() as session:
        record(session, [completed(claim)], now=NOW)
        assert (count(session, Event), count(session, Delivery)) == (1, 2)
        raise ZeroDivisionError

    with database.reading() as session:
        assert (count(session, Event), count(session, Delivery), count(session, Poll)) == (0, 0, 1)


def test_a_late_worker_writes_nothing(database: Database, claim: Claim) -> None:
    """Its lease has ended and another has claimed the task."""
    with database.writing() as session:
        (newer,) = claim_polls(session, now=NOW + 2 * MINUTE, lease=MINUTE, limit=1)

    late = write(database, completed(claim, "https://late/1.png"))
    in_time = write(database, completed(newer, "https://new/1.png"))

    assert late == []
    assert [task.images[0]["url"] for task in in_time] == ["https://new/1.png"]
    with database.reading() as session:
        assert count(session, Event) == 1


def test_the_same_answer_recorded_twice_is_recorded_once(database: Database, claim: Claim) -> None:
    """The claim ends with the first."""
    write(database, completed(claim))

    assert write(database, completed(claim)) == []


def test_a_look_recorded_twice_is_recorded_once(database: Database, claim: Claim) -> None:
    """As when the connection is lost just after the commit, and the answer is written again."""
    finding = unfinished(claim, status=Status.PROCESSING, sight="processing")

    first, again = write(database, finding), write(database, finding)

    assert ([task.version for task in first], again) == ([2], [])
    with database.reading() as session:
        assert count(session, Transition) == 2


@pytest.mark.parametrize("status", [Status.TIMED_OUT, Status.NOT_FOUND])
def test_an_end_that_is_not_lemondata_s_word_was_not_detected(
    database: Database, claim: Claim, status: Status
) -> None:
    """Nobody knows when, or whether, it ended there."""
    (task,) = write(database, Finding(claim=claim, outcome=Ended(status=status), at=NOW))

    assert (task.not_before, task.not_after, task.finished_at) == (None, None, NOW)


def test_an_unfinished_task_is_due_again_and_free_to_claim(
    database: Database, claim: Claim
) -> None:
    """Its lease ends with the record and not by waiting."""
    write(database, unfinished(claim, due_at=NOW + 3 * SECOND))

    with database.writing() as session:
        (again,) = claim_polls(session, now=NOW + 3 * SECOND, lease=MINUTE, limit=1)
    assert again.watch.polls == 1


def test_the_log_grows_only_when_something_else_is_seen(database: Database, claim: Claim) -> None:
    """A task that is pending for an hour has one line for it."""
    for second in range(3):
        write(database, unfinished(claim, sight="pending", due_at=NOW, polls=second + 1))
        claim = claim_one(database)
    write(database, completed(claim))

    with database.reading() as session:
        log = session.scalars(select(Transition).order_by(Transition.id)).all()
    assert [(line.sight, line.polls) for line in log] == [
        ("registered", 0),
        ("pending", 1),
        ("completed", 4),
    ]


def test_detection_is_bounded_by_the_last_not_yet_and_the_first_done(
    database: Database, claim: Claim
) -> None:
    """LemonData does not say when an image was finished."""
    write(database, unfinished(claim, seen_at=NOW + SECOND, due_at=NOW))

    (task,) = write(database, completed(claim_one(database), at=NOW + 5 * SECOND))

    assert (task.not_before, task.not_after) == (NOW + SECOND, NOW + 5 * SECOND)
