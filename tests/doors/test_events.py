"""Events are fetched as webhooks bring them: the same ids and bytes, in order, none left out."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
import sqlalchemy
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.clients.models import ApiKey, Client
from app.clock import utc_now
from app.main import create_app
from app.outbox.models import Event
from app.outbox.owe import owe
from app.outbox.stream import Mark, raise_marks
from app.process.process import Process
from app.start.serve import make_server
from app.start.sockets import listen, url_of
from app.waiting.waiting import Waiting
from tests.build import CLIENT, NOW
from tests.callers import bearing, give_key

KEY = {"Authorization": "Bearer lw_bootstrap"}
SOON = 10.0  # seconds; what takes as long as this has failed


def tell(process: Process, *names: str, client: int = CLIENT) -> None:
    """Write events of these ids."""
    with process.database.writing() as session:
        owe(session, [(event(name, client), []) for name in names], now=NOW)


def event(name: str, client: int) -> Event:
    """Make an event whose bytes nobody would write twice."""
    body = f'{{"id":"{name}",  "type":"task.completed","timestamp":"x","data":{{"a":"é"}} }}'
    return Event(public_id=name, client_id=client, type="task.completed", body=body, created_at=NOW)


def ids(answer: Any) -> list[str]:
    """Return the ids of the events in an answer."""
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


def other_client(session: Session) -> int:
    """Store another client."""
    other = Client(name="other", webhook_secret="x", created_at=datetime.now(UTC))
    session.add(other)
    session.flush()
    return other.id


def test_events_come_in_order_and_byte_for_byte(api: TestClient, process: Process) -> None:
    """From the first, and after any of them."""
    tell(process, "evt_b", "evt_a")
    tell(process, "evt_c")

    answer = api.get("/v1/events")

    assert ids(answer) == ["evt_b", "evt_a", "evt_c"]
    assert event("evt_a", CLIENT).body in answer.text
    assert answer.headers["content-type"] == "application/json"
    assert ids(api.get("/v1/events?after=evt_a")) == ["evt_c"]
    assert ids(api.get("/v1/events?after=evt_c")) == []


def test_pages_follow_each_other(api: TestClient, process: Process) -> None:
    """The cursor is what to ask for next, while there is more."""
    tell(process, *(f"evt_{n}" for n in range(5)))

    first = api.get("/v1/events?limit=3")
    second = api.get(f"/v1/events?limit=3&after={first.json()['next_cursor']}")

    assert ids(first) + ids(second) == [f"evt_{n}" for n in range(5)]
    assert second.json()["next_cursor"] is None
    assert api.get("/v1/events?limit=5").json()["next_cursor"] is None


def test_a_client_sees_its_own_events_alone(api: TestClient, process: Process) -> None:
    """And may not begin after another's."""
    with process.database.writing() as session:
        other = other_client(session)
    tell(process, "evt_theirs", client=other)
    tell(process, "evt_ours")

    assert ids(api.get("/v1/events")) == ["evt_ours"]
    answer = api.get("/v1/events?after=evt_theirs")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?after"


@pytest.mark.parametrize(
    "query", ["wait=61", "wait=-1", "wait=nan", "limit=0", "limit=501", "after=", "before=evt_1"]
)
def test_what_makes_no_sense_is_refused(api: TestClient, query: str) -> None:
    assert api.get(f"/v1/events?{query}").status_code == 422


def test_who_waits_is_answered_as_soon_as_there_is_one(api: TestClient, process: Process) -> None:
    """And not by what comes for others, or came before."""
    tell(process, "evt_old")
    with process.database.writing() as session:
        other = other_client(session)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.get, "/v1/events?after=evt_old&wait=30")
        until_somebody_waits(process)
        tell(process, "evt_theirs", client=other)
        sleep(0.6)
        assert not answer.done()
        tell(process, "evt_new")
        assert ids(answer.result(SOON)) == ["evt_new"]


def test_who_waits_in_vain_is_answered_in_time(api: TestClient, process: Process) -> None:
    began = monotonic()
    assert ids(api.get("/v1/events?wait=0.4")) == []
    assert monotonic() - began >= 0.4
    assert not process.get(Waiting).count


def test_one_look_serves_all_who_wait(api: TestClient, process: Process) -> None:
    """Whatever their number, about once a second; and nobody looks once they are gone."""
    began = monotonic()
    looks: list[str] = []

    def looked(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        looks.extend(["look"] if "UNION" in statement else [])

    sqlalchemy.event.listen(process.database.engine, "before_cursor_execute", looked)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(api.get, "/v1/events?wait=2") for _ in range(20)]
        assert [ids(one.result(SOON)) for one in answers] == [[]] * 20

    assert 1 <= len(looks) <= monotonic() - began + 2
    count = len(looks)
    sleep(1.5)
    assert len(looks) == count


def until_somebody_waits(process: Process, count: int = 1) -> None:
    """Return once so many requests wait."""
    until = monotonic() + SOON
    while process.get(Waiting).count < count:
        assert monotonic() < until
        sleep(0.01)


@pytest.fixture
def url(process: Process) -> Iterator[str]:
    """The API on a port: a test client would wait for a stream's end."""
    with listen("127.0.0.1", 0, advice="") as bound:
        server = make_server(create_app(process), stopping=process.get(Waiting).stop)
        thread = Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield f"{url_of(bound)}/v1/events/stream"
        server.should_exit = True
        thread.join(SOON)
        assert not thread.is_alive(), "a stream kept the server from ending"


@contextmanager
def streaming(url: str, **headers: str) -> Iterator[Iterator[str]]:
    """Read a stream, line by line."""
    with httpx.stream("GET", url, headers=KEY | headers, timeout=SOON) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.iter_lines()


def frames(lines: Iterator[str], count: int) -> list[tuple[str, str, str]]:
    """Read so many events: the id, the type and the data of each."""
    found: list[tuple[str, str, str]] = []
    frame: dict[str, str] = {}
    while len(found) < count:
        name, _, value = next(lines).partition(": ")
        if name:
            frame[name] = value
        elif "data" in frame:
            found.append((frame["id"], frame["event"], frame["data"]))
            frame = {}
    return found


def test_a_stream_sends_what_there_is_and_what_comes(url: str, process: Process) -> None:
    """The same bytes."""
    tell(process, "evt_1")
    with streaming(url) as lines:
        (first,) = frames(lines, 1)
        tell(process, "evt_2", "evt_3")
        later = frames(lines, 2)

    assert first == ("evt_1", "task.completed", event("evt_1", CLIENT).body)
    assert [one[0] for one in later] == ["evt_2", "evt_3"]
    assert json.loads(later[0][2])["id"] == "evt_2"


def test_a_stream_goes_on_after_the_last_event_that_came(url: str, process: Process) -> None:
    """By the header that browsers send, or by a parameter."""
    tell(process, "evt_1", "evt_2", "evt_3")

    with streaming(url, **{"Last-Event-ID": "evt_2"}) as lines:
        assert [one[0] for one in frames(lines, 1)] == ["evt_3"]
    with streaming(f"{url}?after=evt_1") as lines:
        assert [one[0] for one in frames(lines, 2)] == ["evt_2", "evt_3"]


def test_who_waits_is_answered_before_the_server_stops(url: str, process: Process) -> None:
    """With what there is: neither cut off nor kept."""
    waiting = url.replace("/stream", "?wait=30")
    with streaming(url) as lines, ThreadPoolExecutor(1) as pool:
        next(lines)
        answer = pool.submit(httpx.get, waiting, headers=KEY, timeout=SOON)
        until_somebody_waits(process, 2)
        process.get(Waiting).stop()

        assert ids(answer.result(SOON)) == []
        assert not [line for line in lines if line.startswith("data")]


def test_a_stream_after_an_event_that_is_not_there_is_refused(url: str) -> None:
    answer = httpx.get(url, headers=KEY | {"Last-Event-ID": "evt_nobody"}, timeout=SOON)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "Last-Event-ID"


def test_a_stream_where_nothing_comes_says_that_it_is_alive(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.feed.routes.ALIVE_EVERY", 0.1)
    with streaming(url) as lines:
        assert next(line for line in lines if "nothing new" in line)


def test_a_stream_ends_with_the_key_that_it_was_asked_for_with(url: str, process: Process) -> None:
    """What comes after the key was revoked is not for who had it."""
    key = give_key(process, "default")
    with streaming(url, **bearing(key)) as lines:
        tell(process, "evt_1")
        (first,) = frames(lines, 1)
        with process.database.writing() as session:
            session.execute(sqlalchemy.update(ApiKey).values(revoked_at=utc_now()))
        tell(process, "evt_2")

        assert first[0] == "evt_1"
        assert not [line for line in lines if line.startswith("data")]


def test_a_stream_ends_where_some_of_what_comes_next_was_pruned(url: str, process: Process) -> None:
    """Before anything that came after that; who comes back after the last it has is told so."""
    with streaming(url) as lines:
        tell(process, "evt_1")
        (first,) = frames(lines, 1)
        with process.database.writing() as session:
            events = [event(name, CLIENT) for name in ("evt_2", "evt_3")]
            owe(session, [(one, []) for one in events], now=NOW)
            session.delete(events[0])
            raise_marks(session, {CLIENT: Mark(events[0].sequence, "evt_2")})

        assert not [line for line in lines if line.startswith("data")]

    back = httpx.get(url, headers=KEY | {"Last-Event-ID": first[0]}, timeout=SOON)
    assert back.status_code == 410


def test_who_waits_with_a_key_that_is_revoked_meanwhile_is_told_nothing(
    anyone: TestClient, process: Process
) -> None:
    """What comes after that is not for who had it."""
    key = bearing(give_key(process, "default"))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(anyone.get, "/v1/events?wait=30", headers=key)
        until_somebody_waits(process)
        with process.database.writing() as session:
            session.execute(sqlalchemy.update(ApiKey).values(revoked_at=utc_now()))
        tell(process, "evt_1")
        answer = waiting.result(SOON)

    assert answer.status_code == 401
    assert "while it waited" in answer.json()["detail"]
    assert "evt_1" not in answer.text
