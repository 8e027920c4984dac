"""What is owed to an endpoint that is disabled is held, and sent once it is enabled again."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.deliver.claim import claim_due, is_due
from app.deliver.lost import WHY
from app.deliver.park import RAMP, is_astray, park
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.announce import announce
from app.outbox.models import Attempt, Delivery
from app.outbox.states import DeliveryState
from app.poll.record import record
from app.process.process import Process
from app.statistics.grains import Window
from app.statistics.read import counted
from app.statistics.series import Series, Subject
from app.tasks.models import Task
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
)

DISABLED = {"state": EndpointState.DISABLED}
ENABLED = {"state": EndpointState.ENABLED}
DELETED = {"deleted_at": NOW}
DUE, HELD, GIVEN_UP = DeliveryState.DUE, DeliveryState.HELD, DeliveryState.GIVEN_UP


@pytest.fixture
def owed(process: Process) -> None:
    """A completed task with a URL of its own and one endpoint: two deliveries due at NOW."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher)
        make_task(session, webhook_url="http://127.0.0.1:9/own")
        record(session, [completed(one) for one in claim_polls(session, now=NOW)], now=NOW)


def change(process: Process, **fields: Any) -> None:
    """Change the endpoint, as whoever may."""
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(**fields))


def look(process: Process, *, now: datetime = NOW) -> bool:
    """Park if it is needed; tell whether it was."""
    with process.database.reading() as session:
        is_needed = is_astray(session)
    if is_needed:
        with process.database.writing() as session:
            park(session, now=now, lease=MINUTE)
    return is_needed


def states(process: Process) -> dict[bool, list[DeliveryState]]:
    """Return where deliveries stand: to the endpoint, and to the task's own URL."""
    found: dict[bool, list[DeliveryState]] = {True: [], False: []}
    with process.database.reading() as session:
        for one in session.scalars(select(Delivery).order_by(Delivery.id)):
            found[one.endpoint_id is not None].append(one.state)
    return found


def claimed(process: Process, *, now: datetime = NOW) -> list[str]:
    """Claim, and return the URLs."""
    with process.database.writing() as session:
        expected = is_due(session, now=now)
        claims = claim_due(session, now=now, lease=MINUTE, limit=100)
    assert bool(claims) == expected
    return [one.url for one in claims]


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize("trouble", [DISABLED, DELETED])
def test_nothing_is_sent_to_an_endpoint_that_is_shut(
    process: Process, trouble: dict[str, Any]
) -> None:
    """From that moment on, before anything was parked; the task's own URL is told."""
    change(process, **trouble)

    assert claimed(process) == ["http://127.0.0.1:9/own"]
    assert claimed(process, now=NOW + SECOND) == []


@pytest.mark.usefixtures("owed")
def test_what_is_owed_to_a_disabled_endpoint_is_held(process: Process) -> None:
    """And what comes to be owed meanwhile; nothing is dropped."""
    change(process, **DISABLED)
    assert look(process)
    assert not look(process)
    with process.database.writing() as session:
        task = session.scalars(select(Task)).one()
        task.version, task.status = task.version + 1, Status.FAILED
        announce(session, [task], now=NOW)

    assert states(process)[True] == [HELD, HELD]
    assert not look(process)


@pytest.mark.usefixtures("owed")
def test_what_was_held_is_sent_once_the_endpoint_is_enabled(process: Process) -> None:
    change(process, **DISABLED)
    look(process)
    change(process, **ENABLED)

    assert look(process, now=NOW + MINUTE)

    assert states(process)[True] == [DUE]
    assert len(claimed(process, now=NOW + MINUTE)) == 2


@pytest.mark.usefixtures("owed")
def test_what_is_owed_to_a_deleted_endpoint_is_given_up(process: Process) -> None:
    """Held or due; and what was sent to the task's own URL is not."""
    change(process, **DISABLED)
    look(process)
    change(process, **DELETED)

    assert look(process)

    assert states(process) == {True: [GIVEN_UP], False: [DUE]}
    with process.database.reading() as session:
        found = counted(session, CLIENT, Window.ALL, now=NOW)
    assert found[Series(Subject.WEBHOOKS, model="we_1")] == {"given_up": 1}


@pytest.mark.usefixtures("owed")
def test_what_is_being_sent_is_parked_once_that_is_over(process: Process) -> None:
    """Whoever sends it settles it; should it never be settled, its lease ends."""
    claimed(process)
    change(process, **DISABLED)
    look(process)
    assert states(process)[True] == [DUE]

    look(process, now=NOW + MINUTE)

    assert states(process)[True] == [HELD]


def test_what_was_held_is_resumed_by_and_by(process: Process) -> None:
    """The oldest first."""
    with process.database.writing() as session:
        make_endpoint(session, process.cipher, state=EndpointState.DISABLED)
        for number in range(RAMP + 5):
            make_task(session, f"img_{number}")
        claims = claim_polls(session, now=NOW, limit=100)
        record(session, [completed(one) for one in claims], now=NOW)
    change(process, **ENABLED)

    look(process)
    first = states(process)[True]
    look(process)

    assert first == [DUE] * RAMP + [HELD] * 5
    assert states(process)[True] == [DUE] * (RAMP + 5)
    assert not look(process)


@pytest.mark.usefixtures("owed")
def test_what_a_lost_worker_had_claimed_is_on_record_when_it_is_parked(process: Process) -> None:
    """Once, and nothing is noted of an attempt that was never made."""
    claimed(process)
    change(process, **DISABLED)
    look(process, now=NOW + MINUTE)
    change(process, **ENABLED)
    look(process, now=NOW + 2 * MINUTE)
    claimed(process, now=NOW + 2 * MINUTE)

    with process.database.reading() as session:
        of = select(Attempt).join(Delivery, Delivery.id == Attempt.delivery_id)
        noted = session.scalars(of.where(Delivery.endpoint_id.is_not(None))).all()
    assert [(one.token, one.at, one.error) for one in noted] == [(1, NOW, WHY)]
