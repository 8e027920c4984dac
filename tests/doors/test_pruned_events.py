"""Who reads events on from where some were pruned is told so; nothing is left out without a word."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select

from app.outbox.models import Event
from app.outbox.owe import owe
from app.outbox.stream import Mark, raise_marks
from app.process.process import Process
from app.web.problem import URN
from tests.build import CLIENT, NOW


@pytest.fixture(autouse=True)
def told(process: Process) -> None:
    """Five events."""
    tell(process, *(f"evt_{number}" for number in range(1, 6)))


def tell(process: Process, *names: str) -> None:
    """Write events of these ids."""
    with process.database.writing() as session:
        events = [
            Event(public_id=n, client_id=CLIENT, type="x", body=f'{{"id":"{n}"}}', created_at=NOW)
            for n in names
        ]
        owe(session, [(event, []) for event in events], now=NOW)


def prune(process: Process, *names: str) -> None:
    """Delete these, of which the last is the newest."""
    with process.database.writing() as session:
        last = session.scalars(select(Event).where(Event.public_id == names[-1])).one()
        session.execute(delete(Event).where(Event.public_id.in_(names)))
        raise_marks(session, {CLIENT: Mark(last.sequence, last.public_id)})


def ids(answer: Any) -> list[str]:
    """Return the ids of the events in an answer."""
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize("after", ["evt_1", "evt_2"])
@pytest.mark.parametrize("ask", ["events?after=", "events/stream?after="])
def test_what_came_after_it_is_no_longer_there(
    api: TestClient, process: Process, after: str, ask: str
) -> None:
    """Whether it is there itself, since it is still owed to somebody, or not."""
    prune(process, "evt_2", "evt_3")

    answer = api.get(f"/v1/{ask}{after}")

    assert (answer.status_code, answer.json()["type"]) == (410, f"{URN}gone")


def test_a_stream_that_comes_back_is_told_so_too(api: TestClient, process: Process) -> None:
    """Which ends it: browsers come back after a 200 alone."""
    prune(process, "evt_1", "evt_2", "evt_3")

    answer = api.get("/v1/events/stream", headers={"Last-Event-ID": "evt_2"})

    assert answer.status_code == 410


def test_who_asks_from_the_start_gets_what_is_there_whole(
    api: TestClient, process: Process
) -> None:
    """What is kept among what was pruned is not of it, or pages would have gaps."""
    prune(process, "evt_2", "evt_3")

    first = api.get("/v1/events?limit=1")

    assert ids(first) == ["evt_4"]
    assert ids(api.get(f"/v1/events?after={first.json()['next_cursor']}")) == ["evt_5"]


def test_the_last_that_was_pruned_can_be_gone_on_after(api: TestClient, process: Process) -> None:
    """Who had it has missed nothing: also where there has been nothing since."""
    prune(process, *(f"evt_{number}" for number in range(1, 6)))
    assert ids(api.get("/v1/events?after=evt_5")) == []
    assert ids(api.get("/v1/events?wait=0.1")) == []

    tell(process, "evt_6")

    assert ids(api.get("/v1/events?after=evt_5")) == ["evt_6"]
    assert ids(api.get("/v1/events")) == ["evt_6"]


def test_an_id_that_never_was_is_a_mistake_while_nothing_was_pruned(api: TestClient) -> None:
    answer = api.get("/v1/events?after=evt_never")

    assert answer.status_code == 422
