"""What the end of a task shows is queued with the record of the end, or not at all."""

import pytest
from sqlalchemy import select

from app.curves.models import Observation
from app.db.session import Database
from app.poll.claim import Claim
from app.poll.finding import Finding
from app.poll.outcome import Ended
from app.poll.record import record
from app.tasks.status import Status
from app.upstream.answer import Absent, Answer, Finished, Image, Refused, Rejected, Unfinished
from tests.build import MINUTE, NOW, SECOND, claim_polls, completed, look_at, make_task

DONE = Finished(images=(Image("https://x/1.png", None, 0),), assets=(), model=None)
GOING_ON = Unfinished(Status.PROCESSING)


def observations(database: Database) -> list[tuple[str, str | None, float, float | None]]:
    """Return what has been queued."""
    with database.reading() as session:
        rows = session.scalars(select(Observation).order_by(Observation.id))
        return [(row.kind, row.model, row.after, row.by) for row in rows]


@pytest.fixture
def claim(database: Database) -> Claim:
    """A task that began at NOW and was to be looked at later, claimed."""
    with database.writing() as session:
        make_task(session, expected_at=NOW + SECOND)
        (claim,) = claim_polls(session, now=NOW)
    return claim


def test_an_end_is_queued_between_the_looks_around_it(database: Database) -> None:
    with database.writing() as session:
        make_task(session)
        for after in (0, 10, 20):
            look_at(session, GOING_ON, now=NOW + after * SECOND)

        look_at(session, DONE, now=NOW + 30 * SECOND)

    assert observations(database) == [("image", "flux-pro", 20.0, 30.0)]


def test_a_refusal_is_an_end_too(database: Database) -> None:
    with database.writing() as session:
        make_task(session, model=None, kind="video", expected_at=NOW + 5 * SECOND)

        look_at(session, Refused("no"), now=NOW + 5 * SECOND)

    assert observations(database) == [("video", None, 0.0, 5.0)]


def test_a_task_that_times_out_was_unfinished_at_its_very_last_look(database: Database) -> None:
    """And nothing that it does after that is counted again."""
    with database.writing() as session:
        task = make_task(session, deadline_at=NOW + 6 * SECOND)

        for seconds in (0, 3, 6):
            look_at(session, GOING_ON, now=NOW + seconds * SECOND)
        look_at(session, DONE, now=NOW + 11 * MINUTE)
        session.refresh(task)

    assert task.status is Status.COMPLETED
    assert observations(database) == [("image", "flux-pro", 6.0, None)]


def test_an_id_that_was_rejected_all_along_shows_nothing(database: Database) -> None:
    """Its task failed by our word and not by LemonData's."""
    with database.writing() as session:
        task = make_task(session)

        for seconds in range(0, 60, 3):
            look_at(session, Rejected("bad id"), now=NOW + seconds * SECOND)
        session.refresh(task)

    assert task.status is Status.FAILED
    assert observations(database) == []


@pytest.mark.parametrize("before", [[], [Absent()]], ids=["at once", "at the other path"])
def test_an_id_that_came_alone_and_was_over_already_shows_nothing(
    database: Database, before: list[Answer]
) -> None:
    """It was looked at in the moment in which it was registered, and may be of any age."""
    with database.writing() as session:
        task = make_task(session, is_dated=False, expected_at=NOW)

        for seconds, answer in enumerate([*before, DONE], start=1):
            look_at(session, answer, now=NOW + seconds * SECOND)
        session.refresh(task)

    assert task.status is Status.COMPLETED
    assert observations(database) == []


def test_an_id_that_came_alone_and_went_on_shows_when_it_ended(database: Database) -> None:
    with database.writing() as session:
        make_task(session, is_dated=False, expected_at=NOW)
        look_at(session, GOING_ON, now=NOW + SECOND)

        look_at(session, DONE, now=NOW + 30 * SECOND)

    assert observations(database) == [("image", "flux-pro", 1.0, 30.0)]


def test_a_task_that_goes_on_shows_nothing_yet(database: Database) -> None:
    with database.writing() as session:
        make_task(session)

        look_at(session, GOING_ON, now=NOW)

    assert observations(database) == []


def test_an_end_that_is_undone_was_not_seen(database: Database, claim: Claim) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        record(session, [completed(claim)], now=NOW + MINUTE)
        raise ZeroDivisionError

    assert observations(database) == []


def test_an_end_that_is_recorded_twice_was_seen_once(database: Database, claim: Claim) -> None:
    for _ in range(2):
        with database.writing() as session:
            record(session, [completed(claim)], now=NOW + MINUTE)

    assert len(observations(database)) == 1


def test_many_ends_are_each_queued_for_their_own_model(database: Database) -> None:
    with database.writing() as session:
        for number in range(6):
            make_task(
                session, f"img_{number}", model=f"model-{number % 2}", expected_at=NOW + SECOND
            )
        claims = claim_polls(session, now=NOW)

        record(session, [completed(claim) for claim in claims], now=NOW + MINUTE)

    assert sorted(observations(database)) == [
        ("image", f"model-{number}", 0.0, 60.0) for number in (0, 0, 0, 1, 1, 1)
    ]


def test_an_end_that_came_back_from_a_jumped_clock_is_recorded_all_the_same(
    database: Database, claim: Claim
) -> None:
    watch = claim.watch._replace(seen_at=NOW + 90 * SECOND)
    finding = Finding(
        claim=claim._replace(watch=watch), outcome=Ended(status=Status.COMPLETED), at=NOW + MINUTE
    )
    with database.writing() as session:
        recorded = record(session, [finding], now=NOW + MINUTE)

    assert [task.status for task in recorded.moved] == [Status.COMPLETED]
    assert observations(database) == []
