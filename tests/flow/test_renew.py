"""Looks that saw what the last one saw are written by one statement, as fenced as any other."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, func, select

from app.db.session import Database
from app.poll.claim import Claim
from app.poll.decide import unchanged
from app.poll.finding import Finding, Unchanged
from app.poll.record import Recorded, record
from app.poll.rules import Rules
from app.register.again import look_again
from app.schedule.backoff import Fixed
from app.schedule.plan import LOWEST
from app.tasks.models import Poll, Transition
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Unfinished
from tests.build import CLIENT, MINUTE, NOW, SECOND, claim_polls, make_task

RULES = Rules(policy=Fixed(floor=3 * SECOND), patience=3 * SECOND)
ASKED, HEARD = NOW + SECOND, NOW + 2 * SECOND


def claimed(database: Database, *, count: int = 1) -> list[Claim]:
    """Claim so many tasks that have been pending all along, in the order of their ids."""
    with database.writing() as session:
        for number in range(count):
            make_task(session, f"img_{number}", sight="pending", polls=4, seen_at=NOW - MINUTE)
        return sorted(claim_polls(session, now=NOW), key=lambda claim: claim.task_id)


def found(claim: Claim, *, progress: int | None = None) -> Unchanged:
    """Find the task as it was."""
    answer = Unfinished(Status.PENDING, progress)
    again = unchanged(answer, claim.watch, RULES, asked_at=ASKED, now=HEARD, price=LOWEST)
    assert again
    return Unchanged(claim, again)


def write(database: Database, *findings: Finding | Unchanged) -> Recorded:
    """Record these findings."""
    with database.writing() as session:
        return record(session, findings, now=HEARD)


def polls(database: Database) -> list[Poll]:
    """Return the schedule."""
    with database.reading() as session:
        return list(session.scalars(select(Poll).order_by(Poll.task_id)))


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Collect the first words of the statements of the block."""
    words: list[str] = []

    def note(*arguments: object) -> None:
        words.append(str(arguments[2]).split()[0])

    event.listen(database.engine, "before_cursor_execute", note)
    yield words
    event.remove(database.engine, "before_cursor_execute", note)


def test_the_row_says_what_the_decision_says(database: Database) -> None:
    """All of it, and nothing is logged."""
    (claim,) = claimed(database)

    finding = found(claim, progress=40)
    recorded = write(database, finding)

    assert (recorded.written, recorded.moved) == ([finding], [])
    (poll,) = polls(database)
    assert poll.watch == finding.watch
    assert poll.watch == claim.watch._replace(
        due_at=HEARD + 3 * SECOND, expected_at=HEARD + 3 * SECOND, seen_at=ASKED, polls=5,
        progress=40,
    )  # fmt: skip
    assert (poll.token, poll.forced_at) == (claim.token + 1, None)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Transition)) == 1


def test_a_whole_batch_is_one_statement(database: Database) -> None:
    """However many there are."""
    findings = [found(claim) for claim in claimed(database, count=30)]

    with counting(database) as words:
        recorded = write(database, *findings)

    assert len(recorded.written) == 30
    assert [word for word in words if word != "BEGIN"] == ["UPDATE"]
    assert {poll.polls for poll in polls(database)} == {5}


def test_what_has_passed_to_another_is_not_written(database: Database) -> None:
    """The rest of the batch is."""
    first, second = claimed(database, count=2)
    with database.writing() as session:
        session.get_one(Poll, first.task_id).token += 1

    recorded = write(database, found(first), found(second))

    assert [finding.claim for finding in recorded.written] == [second]
    assert [poll.polls for poll in polls(database)] == [4, 5]


def test_written_twice_it_is_written_once(database: Database) -> None:
    """As when the connection is lost just after the commit."""
    (claim,) = claimed(database)

    first, again = (write(database, found(claim)) for _ in range(2))

    assert (len(first.written), again.written) == (1, [])
    assert [poll.polls for poll in polls(database)] == [5]


def test_a_look_that_was_asked_for_in_between_is_still_to_come(database: Database) -> None:
    """One that was asked for before has been done."""
    during, before = claimed(database, count=2)
    with database.writing() as session:
        look_again(session, CLIENT, "img_0", now=ASKED + SECOND / 2)
        look_again(session, CLIENT, "img_1", now=ASKED - SECOND / 2)

    write(database, found(during), found(before))

    forced, done = polls(database)
    assert (forced.forced_at, forced.due_at) == (ASKED + SECOND / 2, ASKED + SECOND / 2)
    assert (done.forced_at, done.due_at) == (None, HEARD + 3 * SECOND)


def test_a_claim_ends_with_it(database: Database) -> None:
    """And the task can be claimed when it is due."""
    (claim,) = claimed(database)
    write(database, found(claim))

    with database.writing() as session:
        assert claim_polls(session, now=HEARD + 2 * SECOND) == []
        (again,) = claim_polls(session, now=HEARD + 3 * SECOND)
    assert isinstance(again.watch, Watch)
    assert again.token == claim.token + 2
