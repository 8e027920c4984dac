"""A task ends on its owner's word, once, and is told of as every end is."""

import json

import pytest
from sqlalchemy import select

from app.curves.models import Observation
from app.db.session import Database
from app.errors import Conflict, NotFound
from app.outbox.models import Delivery, Event
from app.poll.record import record
from app.process.process import Process
from app.register.cancel import cancel
from app.tasks.models import Poll, Task, Transition
from app.tasks.status import Status
from tests.build import (
    CLIENT,
    MINUTE,
    NOW,
    SECOND,
    claim_polls,
    completed,
    make_endpoint,
    make_task,
    unfinished,
)

LATER = NOW + MINUTE


def cancelled(database: Database, upstream_id: str = "img_1", *, client: int = CLIENT) -> Task:
    """Cancel a minute later."""
    with database.writing() as session:
        return cancel(session, client, upstream_id, now=LATER)


def test_it_is_over_and_looked_at_no_more(database: Database) -> None:
    """With its number of looks, and a line in its log."""
    with database.writing() as session:
        make_task(session, polls=3)

    task = cancelled(database)

    assert (task.status, task.version, task.finished_at) == (Status.CANCELLED, 2, LATER)
    assert (task.polls, task.not_before, task.not_after, task.error) == (3, None, None, None)
    with database.reading() as session:
        assert session.get(Poll, task.id) is None
        log = session.scalars(select(Transition).order_by(Transition.id)).all()
        assert [(line.sight, line.polls) for line in log][1:] == [("cancelled", 3)]


def test_it_is_told_to_who_wants_ends(process: Process) -> None:
    """To endpoints, and to the URL that came with it; in one transaction with the end."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher)
        make_task(session, webhook_url="https://1.1.1.1/own")

    cancelled(process.database)

    with process.database.reading() as session:
        (event,) = session.scalars(select(Event)).all()
        assert event.type == "task.cancelled"
        assert json.loads(event.body)["data"]["status"] == "cancelled"
        assert len(session.scalars(select(Delivery.id)).all()) == 2


@pytest.mark.parametrize("is_done", [True, False])
def test_what_a_worker_hears_afterwards_is_dropped(database: Database, *, is_done: bool) -> None:
    """It had claimed the task before."""
    with database.writing() as session:
        make_task(session)
        (claim,) = claim_polls(session, now=NOW)
    cancelled(database)

    with database.writing() as session:
        finding = completed(claim, "https://x/1") if is_done else unfinished(claim)
        recorded = record(session, [finding], now=LATER + SECOND)

    assert recorded.moved == []
    with database.reading() as session:
        assert session.scalars(select(Task.status)).one() is Status.CANCELLED
        assert len(session.scalars(select(Event.id)).all()) == 1


def test_how_long_it_was_unfinished_is_learnt(database: Database) -> None:
    """Or those who cancel what takes long would make the others seem quick."""
    with database.writing() as session:
        make_task(session, model="m", started_at=NOW - MINUTE, seen_at=NOW)

    cancelled(database)

    with database.reading() as session:
        seen = session.scalars(select(Observation)).one()
        assert (seen.model, seen.after, seen.by) == ("m", 60.0, None)


def test_what_is_over_cannot_be_cancelled(database: Database) -> None:
    """Also not what was cancelled already: it is told once."""
    with database.writing() as session:
        make_task(session)
    cancelled(database)

    with pytest.raises(Conflict, match="img_1 is over: cancelled"):
        cancelled(database)

    with database.reading() as session:
        assert len(session.scalars(select(Event.id)).all()) == 1


def test_what_is_not_tracked_cannot_be_cancelled(database: Database) -> None:
    with database.writing() as session:
        make_task(session)

    with pytest.raises(NotFound):
        cancelled(database, "img_2")
    with pytest.raises(NotFound):
        cancelled(database, client=CLIENT + 1)
