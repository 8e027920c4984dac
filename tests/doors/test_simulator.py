"""The simulator over HTTP: a LemonData to try against."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.simulator.app import create_simulator
from app.simulator.ids import decode
from app.simulator.lifecycle import Outcome
from tests.doors.simulated import Clock

KEY = "sk-lemon"
CREATE = "/v1/images/generations"
SECOND = timedelta(seconds=1)

Connect = Callable[..., TestClient]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(clock: Clock) -> Connect:
    def connect(*, bearer: str | None = f"Bearer {KEY}", **knobs: Any) -> TestClient:
        """Make a new simulator and a client with a key for it."""
        settings: dict[str, Any] = {"api_key": KEY, "seed": 1, "clock": clock} | knobs
        headers = {} if bearer is None else {"Authorization": bearer}
        return TestClient(create_simulator(**settings), headers=headers)

    return connect


@pytest.fixture
def client(connect: Connect) -> TestClient:
    return connect()


def create(client: TestClient, **asked: Any) -> dict[str, Any]:
    """Create a task that takes ten seconds, unless asked otherwise."""
    body = {"model": "flux-pro", "prompt": "A lemon", "simulate": {"seconds": 10}} | asked
    answer: dict[str, Any] = client.post(CREATE, json=body).raise_for_status().json()
    return answer


def decide_three(client: TestClient) -> list[tuple[timedelta, Outcome]]:
    """Create three tasks, leave their fates to chance, and read these from the ids."""
    tasks = [decode(create(client, simulate=None)["task_id"]) for _ in range(3)]
    return [(task.duration, task.outcome) for task in tasks if task]


def follow(client: TestClient, clock: Clock, poll_url: str) -> list[dict[str, Any]]:
    """Poll a task at 1, 5, 9 and 10 seconds."""
    answers = []
    for wait in (1, 4, 4, 1):
        clock.now += wait * SECOND
        answers.append(client.get(poll_url).raise_for_status().json())
    return answers


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        ("completed", ["pending", "processing", "processing", "completed"]),
        ("failed", ["pending", "processing", "processing", "failed"]),
        ("cancelled", ["pending", "pending", "pending", "failed"]),
        ("endless", ["pending", "processing", "processing", "processing"]),
    ],
)
def test_a_task_takes_its_time_and_ends_as_decided(
    client: TestClient, clock: Clock, outcome: str, statuses: list[str]
) -> None:
    task = create(client, simulate={"seconds": 10, "outcome": outcome})

    answers = follow(client, clock, task["poll_url"])

    assert [answer["status"] for answer in answers] == statuses


@pytest.mark.parametrize("path", ["/v1/images/generations", "/v1/images", "/v1/tasks"])
def test_every_documented_path_knows_the_task(client: TestClient, path: str) -> None:
    task = create(client)

    answer = client.get(f"{path}/{task['task_id']}")

    assert answer.json()["task_id"] == task["task_id"]


def test_a_new_simulator_still_knows_the_tasks_of_the_last_one(
    client: TestClient, connect: Connect
) -> None:
    task = create(client)

    answer = connect(seed=2).get(task["poll_url"])

    assert answer.json()["status"] == "pending"


def test_the_same_seed_gives_the_nth_task_the_same_fate(connect: Connect) -> None:
    first, second = [decide_three(connect(seed=7)) for _ in range(2)]

    assert first == second
    assert len(set(first)) == 3


def test_tasks_made_alike_at_one_moment_have_different_ids(client: TestClient) -> None:
    ids = {create(client)["task_id"] for _ in range(100)}

    assert len(ids) == 100


def test_a_completed_task_has_pictures_that_need_no_key(
    client: TestClient, connect: Connect, clock: Clock
) -> None:
    task = create(client, n=2)
    clock.now += 10 * SECOND
    urls = [image["url"] for image in client.get(task["poll_url"]).json()["data"]]

    pictures = [connect(bearer=None).get(url) for url in urls]

    assert [picture.headers["Content-Type"] for picture in pictures] == ["image/png"] * 2
    assert pictures[0].content != pictures[1].content


@pytest.mark.parametrize("number", ["0", "2", "x", "-1"])
def test_a_task_has_no_other_pictures_than_its_own(
    client: TestClient, clock: Clock, number: str
) -> None:
    task = create(client)
    clock.now += 10 * SECOND

    answer = client.get(f"/pictures/{task['task_id']}/{number}.png")

    assert answer.status_code == 404


def test_there_is_no_picture_before_the_task_is_completed(client: TestClient, clock: Clock) -> None:
    task = create(client)
    clock.now += 9.9 * SECOND

    answer = client.get(f"/pictures/{task['task_id']}/1.png")

    assert answer.status_code == 404


def test_a_failed_task_has_no_picture(client: TestClient, clock: Clock) -> None:
    task = create(client, simulate={"seconds": 10, "outcome": "failed"})
    clock.now += 10 * SECOND

    answer = client.get(f"/pictures/{task['task_id']}/1.png")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("public_url", "site"),
    [(None, "http://testserver"), ("https://cdn.example/lemon/", "https://cdn.example/lemon")],
)
def test_pictures_are_at_the_public_address_or_where_the_poll_went(
    connect: Connect, clock: Clock, public_url: str | None, site: str
) -> None:
    client = connect(public_url=public_url)
    task = create(client)
    clock.now += 10 * SECOND

    (image,) = client.get(task["poll_url"]).json()["data"]

    assert image["url"] == f"{site}/pictures/{task['task_id']}/1.png"


def test_answers_are_held_back_for_the_latency(connect: Connect) -> None:
    client = connect(latency=timedelta(milliseconds=50))
    start = monotonic()

    client.get("/v1/tasks/unknown")

    assert monotonic() - start >= 0.05


def test_the_front_page_says_what_it_is(connect: Connect) -> None:
    answer = connect(bearer=None).get("/")

    assert answer.text == "A simulated LemonData image API, for trying Lemonwatch.\n"
