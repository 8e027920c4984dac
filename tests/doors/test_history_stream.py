"""All that matches comes in one answer, page by page behind it, and what is cut short never looks whole."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from threading import Thread
from typing import Any

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, update
from starlette.types import Message

from app.history.formats import CSV, NDJSON
from app.history.stream import AT_ONCE, stream
from app.history.wanted import Wanted
from app.main import create_app
from app.process.process import Process
from app.start.serve import make_server
from app.start.sockets import listen, url_of
from app.tasks.models import Task
from app.tasks.status import Status
from tests.build import CLIENT, NOW, SECOND

KEY = {"Authorization": "Bearer lw_bootstrap"}
COUNT = 2 * AT_ONCE + 5
ALL = Wanted(client=CLIENT)


def store(process: Process, numbers: range, **fields: Any) -> None:
    """Store finished tasks, one a second."""
    row: dict[str, Any] = {
        "client_id": CLIENT, "account": "default", "kind": "image", "model": "=1+1",
        "status": Status.COMPLETED, "version": 2, "images": [], "assets": [], "prompts": [],
        "labels": {}, "polls": 1, "is_dated": True, "registered_at": NOW, "deadline_at": NOW,
    }  # fmt: skip
    with process.database.writing() as session:
        rows = []
        for number in numbers:
            at = NOW + number * SECOND
            rows.append(
                {**row, "upstream_id": f"img_{number}", "created_at": at, "finished_at": at}
            )
        session.execute(insert(Task), [one | fields for one in rows])


def get(api: TestClient, accept: str, **params: Any) -> Any:
    answer = api.get("/v1/tasks", params=params, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def full(process: Process) -> Process:
    """A process with a history of several pages."""
    store(process, range(COUNT))
    return process


@pytest.mark.usefixtures("full")
def test_csv_has_a_header_line_and_all_that_match(api: TestClient) -> None:
    """Newest first, as the list; the size of a page means nothing."""
    answer = get(api, "text/csv", limit=2)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Vary"] == "Accept"
    assert answer.text.startswith("task_id,status,version,")
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert [row["task_id"] for row in rows] == [f"img_{n}" for n in reversed(range(COUNT))]
    assert {row["model"] for row in rows} == {"'=1+1"}


@pytest.mark.usefixtures("full")
def test_ndjson_is_filtered_and_ordered_as_the_list_is(api: TestClient) -> None:
    """Each line is a task as it is shown elsewhere."""
    params = {"created_before": "2026-11-22T12:00:03Z", "order": "asc", "status": "completed"}

    answer = get(api, "application/x-ndjson", **params)

    assert answer.headers["Content-Type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == get(api, "application/json", **params).json()["items"]
    assert [line["task_id"] for line in lines] == ["img_0", "img_1", "img_2"]


@pytest.mark.usefixtures("full")
def test_a_stream_may_begin_behind_a_cursor(api: TestClient) -> None:
    """Of a page of the list."""
    cursor = get(api, "", limit=500).json()["next_cursor"]

    answer = get(api, "application/x-ndjson", cursor=cursor)

    assert len(answer.text.splitlines()) == COUNT - 500


def test_where_nothing_matches_there_is_the_header_alone(api: TestClient) -> None:
    """And in NDJSON nothing."""
    assert get(api, "text/csv").text.count("\r\n") == 1
    assert get(api, "application/x-ndjson").text == ""


def test_what_cannot_be_asked_for_is_a_problem_in_any_form(api: TestClient) -> None:
    """Nothing has been sent by then."""
    answer = api.get("/v1/tasks?cursor=x", headers={"Accept": "text/csv"})

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_arrives_meanwhile_is_neither_skipped_to_nor_repeated(full: Process) -> None:
    """And between pages no connection is held."""

    async def read() -> list[str]:
        found = []
        number = COUNT
        async for chunk in stream(full, ALL, NDJSON, after=None).body_iterator:
            assert full.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
            found += [json.loads(line)["task_id"] for line in str(chunk).splitlines()]
            store(full, range(number, number := number + 3))
        return found

    assert anyio.run(read) == [f"img_{n}" for n in reversed(range(COUNT))]


def test_who_goes_away_ends_it(full: Process) -> None:
    """At the page that is being sent."""
    sent: list[Message] = []
    path = "/v1/tasks"
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "server": ("127.0.0.1", 80), "client": None,
        "headers": [(b"accept", b"text/csv"), (b"authorization", b"Bearer lw_bootstrap")],
    }  # fmt: skip

    async def read() -> None:
        gone = anyio.Event()
        begun = False

        async def receive() -> Message:
            nonlocal begun
            if not begun:
                begun = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                gone.set()
                await anyio.sleep_forever()  # As where a client reads no more.

        with anyio.fail_after(30):
            await create_app(full)(scope, receive, send)

    anyio.run(read)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]


@pytest.fixture
def url(process: Process) -> Iterator[str]:
    """The API on a port: how an answer ends is a matter of the connection."""
    with listen("127.0.0.1", 0, advice="") as bound:
        server = make_server(create_app(process))
        thread = Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield url_of(bound)
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize("accept", [CSV, NDJSON])
def test_an_error_in_the_middle_does_not_look_like_the_end(
    full: Process, url: str, accept: str
) -> None:
    """Who reads on gets an error of the connection, and never a file that seems whole."""
    with full.database.writing() as session:
        broken = update(Task).where(Task.upstream_id == "img_7")
        session.execute(broken.values(images=[{"no": "url"}]))
    lines = 0

    with (
        pytest.raises(httpx.RemoteProtocolError, match="incomplete"),
        httpx.stream("GET", f"{url}/v1/tasks", headers=KEY | {"Accept": accept}) as answer,
    ):
        assert answer.status_code == 200
        for _ in answer.iter_lines():
            lines += 1

    assert lines >= AT_ONCE
