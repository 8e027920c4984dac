"""Who asks for a task can wait for its end, or for a version that it does not have."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest
import sqlalchemy
from fastapi.testclient import TestClient

from app.clients.keys import digest
from app.clients.models import ApiKey
from app.main import create_app
from app.outbox.announce import announce
from app.process.process import Process
from app.start.serve import make_server
from app.start.sockets import listen, url_of
from app.tasks.models import Poll, Task
from app.tasks.status import Status
from app.waiting.waiting import Waiting
from tests.build import NOW, make_task
from tests.callers import bearing, give_key

KEY = {"Authorization": "Bearer lw_bootstrap"}
SOON = 20.0  # seconds; what takes as long as this has failed
WAITING = "/v1/tasks/img_1?wait=30"


@pytest.fixture(autouse=True)
def _task(process: Process) -> None:
    """A task that is pending, at version 1."""
    with process.database.writing() as session:
        make_task(session)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Hands to ask with."""
    with ThreadPoolExecutor(30) as pool:
        yield pool


def become(process: Process, status: Status, name: str = "img_1") -> None:
    """Have the task move, as recording does."""
    with process.database.writing() as session:
        task = session.scalars(sqlalchemy.select(Task).where(Task.upstream_id == name)).one()
        task.version, task.status = task.version + 1, status
        if not status.is_live:
            task.finished_at = NOW
            session.execute(sqlalchemy.delete(Poll).where(Poll.task_id == task.id))
        session.flush()
        announce(session, [task], now=NOW)


def until_so_many_wait(process: Process, count: int = 1) -> None:
    """Return once so many requests wait."""
    until = monotonic() + SOON
    while process.get(Waiting).count < count:
        assert monotonic() < until
        sleep(0.01)


def read(answer: Any) -> tuple[int, str, str]:
    """Return what says which version an answer is: its status code, its tag and the task's status."""
    return answer.status_code, answer.headers["ETag"], answer.json()["status"]


def test_a_task_has_its_version_for_an_entity_tag(api: TestClient, process: Process) -> None:
    """A strong one."""
    assert api.get("/v1/tasks/img_1").headers["ETag"] == '"1"'
    become(process, Status.PROCESSING)
    assert api.get("/v1/tasks/img_1").headers["ETag"] == '"2"'


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"0", "1"', "*"])
def test_a_version_that_is_known_is_304(api: TestClient, known: str) -> None:
    """With the tag, when to ask again, and no body."""
    answer = api.get("/v1/tasks/img_1", headers={"If-None-Match": known})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == '"1"'
    assert int(answer.headers["Retry-After"]) >= 1
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("known", ['"2"', '"0", "11"', "1"])
def test_a_version_that_is_not_known_is_shown(api: TestClient, known: str) -> None:
    answer = api.get("/v1/tasks/img_1", headers={"If-None-Match": known})

    assert read(answer) == (200, '"1"', "pending")


def test_who_waits_is_answered_at_the_end(
    api: TestClient, process: Process, pool: ThreadPoolExecutor
) -> None:
    """And not before, when the task moves on."""
    answer = pool.submit(api.get, WAITING)
    until_so_many_wait(process)
    become(process, Status.PROCESSING)
    sleep(0.3)
    assert not answer.done()
    become(process, Status.COMPLETED)

    assert read(answer.result(SOON)) == (200, '"3"', "completed")


def test_who_has_a_version_is_answered_when_there_is_another(
    api: TestClient, process: Process, pool: ThreadPoolExecutor
) -> None:
    """Though it is not the end; of two that are both known the second is no news."""
    one = pool.submit(api.get, WAITING, headers={"If-None-Match": '"1"'})
    both = pool.submit(api.get, WAITING, headers={"If-None-Match": '"1", "2"'})
    until_so_many_wait(process, 2)
    become(process, Status.PROCESSING)
    first = one.result(SOON)
    assert not both.done()
    become(process, Status.FAILED)

    assert read(first) == (200, '"2"', "processing")
    assert read(both.result(SOON)) == (200, '"3"', "failed")


def test_who_wants_no_version_waits_for_the_end_as_well(
    api: TestClient, process: Process, pool: ThreadPoolExecutor
) -> None:
    answer = pool.submit(api.get, WAITING, headers={"If-None-Match": "*"})
    until_so_many_wait(process)
    become(process, Status.COMPLETED)

    assert (answer.result(SOON).status_code, answer.result().headers["ETag"]) == (304, '"2"')


def test_who_has_an_old_version_does_not_wait(api: TestClient) -> None:
    assert read(api.get(WAITING, headers={"If-None-Match": '"0"'})) == (200, '"1"', "pending")


def test_of_a_task_that_is_over_there_is_nothing_to_wait_for(
    api: TestClient, process: Process
) -> None:
    """Whether or not its version is known."""
    become(process, Status.TIMED_OUT)

    assert read(api.get(WAITING)) == (200, '"2"', "timed_out")
    assert api.get(WAITING, headers={"If-None-Match": '"2"'}).status_code == 304


@pytest.mark.parametrize(("known", "status"), [({}, 200), ({"If-None-Match": '"1"'}, 304)])
def test_who_waits_in_vain_is_answered_in_time(
    api: TestClient, process: Process, known: dict[str, str], status: int
) -> None:
    """With the task as it is then."""
    began = monotonic()
    answer = api.get("/v1/tasks/img_1?wait=0.4", headers=known)

    assert (answer.status_code, answer.headers["ETag"]) == (status, '"1"')
    assert monotonic() - began >= 0.4
    assert not process.get(Waiting).count


@pytest.mark.parametrize("wait", ["61", "-1", "nan", "inf", "soon", ""])
def test_a_wait_that_makes_no_sense_is_refused(api: TestClient, wait: str) -> None:
    answer = api.get(f"/v1/tasks/img_1?wait={wait}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?wait"


def test_for_a_task_that_is_not_there_nobody_waits(api: TestClient) -> None:
    assert api.get("/v1/tasks/img_2?wait=30").status_code == 404


def test_all_who_wait_are_read_for_together(
    api: TestClient, process: Process, pool: ThreadPoolExecutor
) -> None:
    """While they wait only the looks ask anything; at the end far fewer read than are answered."""
    answers: list[Future[Any]] = [pool.submit(api.get, WAITING) for _ in range(30)]
    until_so_many_wait(process, 30)
    asked: list[str] = []

    def listen(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sqlalchemy.event.listen(process.database.engine, "before_cursor_execute", listen)
    sleep(1.2)
    while_waiting = [one for one in asked if one != "BEGIN" and "UNION" not in one]
    become(process, Status.COMPLETED)
    results = [one.result(SOON) for one in answers]

    assert {read(one) for one in results} == {(200, '"2"', "completed")}
    assert not while_waiting
    assert len([one for one in asked if "LEFT OUTER JOIN poll" in one]) <= 10


def test_who_waits_is_answered_before_the_server_stops(
    process: Process, pool: ThreadPoolExecutor
) -> None:
    """With the task as it is: neither cut off nor kept."""
    with listen("127.0.0.1", 0, advice="") as bound:
        server = make_server(create_app(process), stopping=process.get(Waiting).stop)
        thread = Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        url = f"{url_of(bound)}{WAITING}"
        answers = [pool.submit(httpx.get, url, headers=KEY, timeout=SOON) for _ in range(20)]
        until_so_many_wait(process, 20)
        server.should_exit = True
        results = [one.result(SOON) for one in answers]
        thread.join(SOON)

    assert {read(one) for one in results} == {(200, '"1"', "pending")}
    assert not thread.is_alive()


def test_who_waits_with_a_key_that_is_revoked_meanwhile_is_told_nothing(
    anyone: TestClient, process: Process, pool: ThreadPoolExecutor
) -> None:
    """And who waits with another key of the same client is told, by the same question."""
    good, revoked = give_key(process, "default"), give_key(process, "default")
    asked = [pool.submit(anyone.get, WAITING, headers=bearing(key)) for key in (good, revoked)]
    until_so_many_wait(process, 2)
    with process.database.writing() as session:
        its = ApiKey.digest == digest(revoked)
        session.execute(sqlalchemy.update(ApiKey).where(its).values(revoked_at=NOW))
    become(process, Status.COMPLETED)
    told, refused = (one.result(SOON) for one in asked)

    assert read(told) == (200, '"2"', "completed")
    assert (refused.status_code, refused.json()["detail"]) == (
        401,
        "this API key was revoked, or has expired, while it waited",
    )
