"""Many deliveries are sent again: counted first, a few at a time, and from where it stopped."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.clients.models import Client
from app.clock import utc_now
from app.deliver import recover as recovering
from app.deliver.park import RAMP
from app.deliver.recover import recover, running
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.outbox.models import Delivery, Event
from app.outbox.states import DeliveryState
from app.process.process import Process
from tests.build import MINUTE, NOW, SECOND, make_delivery, make_endpoint

AT = "/v1/webhooks/we_1"
SINCE = NOW.isoformat()
DUE, DELIVERED, GIVEN_UP = DeliveryState.DUE, DeliveryState.DELIVERED, DeliveryState.GIVEN_UP


@pytest.fixture
def place(process: Process) -> Endpoint:
    """An endpoint that has missed what it was sent."""
    with process.database.writing() as session:
        return make_endpoint(session, process.cipher)


def owe(
    process: Process, place: Endpoint, count: int = 1, *, type_: str = "task.completed",
    **fields: Any,
) -> list[int]:  # fmt: skip
    """Have so many deliveries that were given up, unless told otherwise; return their ids."""
    standing = {"state": GIVEN_UP, "attempts": 10} | fields
    with process.database.writing() as session:
        made = [make_delivery(session, place, **standing) for _ in range(count)]
        of = Event.id.in_([one.event_id for one in made])
        session.execute(update(Event).where(of).values(type=type_))
        return [one.id for one in made]


def begin(api: TestClient, **body: Any) -> dict[str, Any]:
    """Begin a recovery."""
    answer = api.post(f"{AT}/recover", json={"since": SINCE} | body)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{AT}/recoveries/{found['id']}"
    return found


def go_on(process: Process) -> None:
    """Do what who delivers does once a second."""
    with process.database.writing() as session:
        for recovery in running(session):
            recover(session, recovery, now=utc_now())


def progress(api: TestClient, recovery: dict[str, Any]) -> tuple[str, int, int]:
    """Return how far a recovery has come."""
    found = api.get(f"{AT}/recoveries/{recovery['id']}").json()
    return found["state"], found["done"], found["total"]


def standing(process: Process) -> dict[int, DeliveryState]:
    """Return where each delivery stands."""
    with process.database.reading() as session:
        return {one.id: one.state for one in session.scalars(select(Delivery))}


def take_all(process: Process) -> None:
    """Have the endpoint take all that is due."""
    with process.database.writing() as session:
        session.execute(update(Delivery).where(Delivery.state == DUE).values(state=DELIVERED))


def test_what_was_given_up_is_due_again_and_begins_its_schedule_anew(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """And what was delivered is left alone."""
    missed = owe(process, place, 3)
    taken = owe(process, place, state=DELIVERED)

    recovery = begin(api)
    go_on(process)

    assert standing(process) == dict.fromkeys(missed, DUE) | dict.fromkeys(taken, DELIVERED)
    assert progress(api, recovery) == ("completed", 3, 3)
    with process.database.reading() as session:
        assert set(session.scalars(select(Delivery.attempts).where(Delivery.state == DUE))) == {1}


def test_what_was_delivered_is_sent_once_more_where_that_is_asked_for(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """As what is owed: it is tried again, and held, like anything else."""
    (taken,) = owe(process, place, state=DELIVERED)

    begin(api, status="delivered")
    go_on(process)

    with process.database.reading() as session:
        found = session.get_one(Delivery, taken)
        assert (found.state, found.back_to, found.attempts) == (DUE, None, 1)


def test_a_recovery_goes_on_while_its_endpoint_is_busy(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """What is under way is no backlog."""
    owe(process, place, RAMP, state=DUE, leased_until=utc_now() + MINUTE)
    owe(process, place, 3)

    recovery = begin(api)
    go_on(process)

    assert progress(api, recovery) == ("completed", 3, 3)


def test_a_ping_is_sent_again_only_by_name(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    owe(process, place, type_="test.ping")

    assert begin(api)["total"] == 0
    go_on(process)
    assert begin(api, types=["test.ping"])["total"] == 1


def test_a_recovery_looks_through_long_histories_piece_by_piece(
    api: TestClient, process: Process, place: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does not look at what was long before at all."""
    monkeypatch.setattr(recovering, "WINDOW", 4)
    old = owe(process, place, 3)
    with process.database.writing() as session:
        session.execute(update(Event).values(created_at=NOW - 120 * MINUTE))
    owe(process, place, 9, state=DELIVERED)
    (wanted,) = owe(process, place)

    recovery = begin(api, since=(NOW - MINUTE).isoformat())
    looks = 0
    while progress(api, recovery)[0] == "running":
        go_on(process)
        looks += 1

    assert looks == 3
    assert {one for one, state in standing(process).items() if state is DUE} == {wanted}
    assert wanted - old[-1] == 10


def test_a_recovery_goes_on_a_few_at_a_time_as_they_are_taken(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """From where it stopped, whoever goes on; what it has been at is not sent a second time."""
    owe(process, place, 2 * RAMP + 5)
    recovery = begin(api)

    go_on(process)
    go_on(process)
    assert progress(api, recovery) == ("running", RAMP, 2 * RAMP + 5)
    with process.database.writing() as session:
        assert running(session)
        session.execute(update(Delivery).where(Delivery.state == DUE).values(state=GIVEN_UP))
    go_on(process)
    take_all(process)
    go_on(process)

    assert progress(api, recovery) == ("completed", 2 * RAMP + 5, 2 * RAMP + 5)
    states = list(standing(process).values())
    assert {state: states.count(state) for state in states} == {
        GIVEN_UP: RAMP, DELIVERED: RAMP, DUE: 5,
    }  # fmt: skip
    with process.database.reading() as session:
        assert not running(session)


def test_a_recovery_is_of_some_time_and_some_types(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """From the one instant on, and before the other."""
    early, first, last, late, other = owe(process, place, 5)
    when = {early: -SECOND, first: 0 * SECOND, last: MINUTE - SECOND, late: MINUTE, other: SECOND}
    with process.database.writing() as session:
        for one, after in when.items():
            event = session.get_one(Event, session.get_one(Delivery, one).event_id)
            event.created_at = NOW + after
            event.type = "task.completed" if one != other else "task.failed"

    begin(api, until=(NOW + MINUTE).isoformat(), types=["task.completed"])
    go_on(process)

    assert {one for one, state in standing(process).items() if state is DUE} == {first, last}


def test_a_dry_run_counts_and_changes_nothing(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    owe(process, place, 3)

    answer = api.post(f"{AT}/recover", json={"since": SINCE, "dry_run": True})

    assert (answer.status_code, answer.json()) == (200, {"dry_run": True, "total": 3})
    go_on(process)
    assert set(standing(process).values()) == {GIVEN_UP}
    assert api.get(f"{AT}/recoveries").json()["items"] == []


def test_a_recovery_waits_while_its_endpoint_is_disabled(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """And ends with its endpoint."""
    owe(process, place)
    recovery = begin(api)
    with process.database.writing() as session:
        session.execute(update(Endpoint).values(state=EndpointState.DISABLED))
    go_on(process)
    assert progress(api, recovery) == ("running", 0, 1)

    with process.database.writing() as session:
        session.execute(update(Endpoint).values(deleted_at=NOW))
    go_on(process)

    with process.database.reading() as session:
        assert not running(session)
    assert set(standing(process).values()) == {GIVEN_UP}


def test_a_recovery_can_be_cancelled_once(
    api: TestClient, process: Process, place: Endpoint
) -> None:
    """And another begun then, not before."""
    owe(process, place)
    recovery = begin(api)
    assert api.post(f"{AT}/recover", json={"since": SINCE}).status_code == 409

    answers = [api.delete(f"{AT}/recoveries/{recovery['id']}").status_code for _ in range(2)]

    assert answers == [200, 409]
    go_on(process)
    assert set(standing(process).values()) == {GIVEN_UP}
    second = begin(api)
    listed = api.get(f"{AT}/recoveries").json()["items"]
    assert [one["id"] for one in listed] == [second["id"], recovery["id"]]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/since"),
        ({"since": "yesterday"}, "/since"),
        ({"since": "2026-11-22T12:00:00"}, "/since"),
        ({"since": "0001-01-01T00:00:00+14:00"}, "/since"),
        ({"since": SINCE, "until": "9999-12-31T23:59:59-10:00"}, "/until"),
        ({"since": SINCE, "until": SINCE}, ""),
        ({"since": SINCE, "status": ["held"]}, "/status/0"),
        ({"since": SINCE, "status": []}, "/status"),
        ({"since": SINCE, "types": ["task.sour"]}, "/types"),
        ({"since": SINCE, "dry_run": "yes"}, "/dry_run"),
        ({"since": SINCE, "colour": "yellow"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: TestClient, body: dict[str, Any], pointer: str
) -> None:
    answer = api.post(f"{AT}/recover", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_another_s_recovery_is_not_there(api: TestClient, process: Process) -> None:
    with process.database.writing() as session:
        other = Client(name="other", webhook_secret="x", created_at=NOW)
        session.add(other)
        session.flush()
        make_endpoint(session, process.cipher, client_id=other.id)

    assert api.post(f"{AT}/recover", json={"since": SINCE}).status_code == 404
    assert api.get(f"{AT}/recoveries").status_code == 404
    assert api.get(f"{AT}/recoveries/rec_1").status_code == 404
