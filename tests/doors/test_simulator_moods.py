"""The simulator's moods when it tells how a task stands: each does what its name says, no more."""

from collections import Counter

import pytest
from fastapi.testclient import TestClient

from tests.doors.simulated import Clock, be, code, connect, create

MANY = 400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> TestClient:
    return connect(clock=clock)


@pytest.fixture
def path(client: TestClient) -> str:
    """Where to ask for a task that was just made."""
    made: str = create(client)["poll_url"]
    return made


def test_errors_strike_their_share_in_lemondatas_envelope(client: TestClient, path: str) -> None:
    """Each of the four now and then; the others are answered."""
    be(client, errors=0.4, unavailable_for=7)

    answers = [client.get(path) for _ in range(MANY)]

    struck = Counter((answer.status_code, code(answer)) for answer in answers)
    assert set(struck) == {
        (200, None), (500, "internal_error"), (502, "upstream_error"),
        (503, "all_channels_failed"), (504, "timeout_error"),
    }  # fmt: skip
    assert struck[200, None] / MANY == pytest.approx(0.6, abs=0.08)
    waits = {answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503}
    assert waits == {"7"}


@pytest.mark.parametrize(("mood", "status"), [("html_502", 502), ("html_200", 200)])
def test_a_gateway_answers_a_page(client: TestClient, path: str, mood: str, status: int) -> None:
    """With its own status or, worse, with 200."""
    be(client, **{mood: 1})

    answer = client.get(path)

    assert (answer.status_code, answer.text[:15]) == (status, "<!DOCTYPE html>")
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_task_can_be_missing_now_and_then(client: TestClient, path: str) -> None:
    """Though it exists."""
    be(client, flapping_404=0.5)

    codes = Counter(code(client.get(path)) for _ in range(MANY))

    assert set(codes) == {None, "async_task_not_found"}
    assert codes[None] / MANY == pytest.approx(0.5, abs=0.08)


def test_a_task_can_be_unknown_for_the_first_of_its_life(
    client: TestClient, clock: Clock, path: str
) -> None:
    """And be known from then on."""
    be(client, unknown_for=3)
    clock.step(2.9)
    early = client.get(path)
    clock.step(0.1)
    later = client.get(path)

    assert (early.status_code, code(early)) == (404, "async_task_not_found")
    assert later.status_code == 200


def test_a_status_can_be_a_word_that_nobody_knows(client: TestClient, path: str) -> None:
    """The rest of the answer stays."""
    be(client, odd_status=1)

    answers = [client.get(path).json() for _ in range(50)]

    words = {answer["status"] for answer in answers}
    assert len(words) > 1
    assert not words & {"pending", "processing", "completed", "failed"}
    assert all(answer["task_id"] == path.rpartition("/")[2] for answer in answers)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("images", '"data":[{"url":"",'),
        ("videos", '"video_url":"","video":{"url":"","duration":5'),
        ("music", '"audio_url":"","title":"A'),
        ("3d", '"model_url":"","glb_url":"","fbx_url":""'),
    ],
)
def test_a_completed_task_can_lack_its_urls(
    client: TestClient, clock: Clock, kind: str, shown: str
) -> None:
    """It says `completed` all the same, and still where to poll; before that, all is as it was."""
    path = create(client, kind)["poll_url"]
    before = client.get(path).json()
    be(client, no_url=1)
    still = client.get(path).json()
    clock.step(10)

    answer = client.get(path)

    assert still == before
    assert (answer.json()["status"], answer.json()["poll_url"]) == ("completed", path)
    assert shown in answer.text


def test_a_late_task_ends_later_than_its_id_says(
    client: TestClient, clock: Clock, path: str
) -> None:
    """Its picture is no earlier there."""
    be(client, late=1, late_by=5)
    picture = f"/pictures/{path.rpartition('/')[2]}/1.png"
    seen = []
    for wait in (10, 4.9, 0.1):
        clock.step(wait)
        seen.append((client.get(path).json()["status"], client.get(picture).status_code))

    assert seen == [("processing", 404), ("processing", 404), ("completed", 200)]


def test_it_is_the_id_that_makes_a_task_late(client: TestClient, clock: Clock) -> None:
    """So half of the tasks are late, and the same ones each time."""
    be(client, late=0.5)
    paths = [create(client)["poll_url"] for _ in range(200)]
    clock.step(10)

    first, second = [[client.get(path).json()["status"] for path in paths] for _ in range(2)]

    assert first == second
    assert first.count("completed") / len(paths) == pytest.approx(0.5, abs=0.12)


def test_the_unified_path_alone_can_know_the_tasks(client: TestClient, path: str) -> None:
    """The documented one answers 404."""
    be(client, unified_only=True)

    documented = client.get(path)
    unified = client.get(f"/v1/tasks/{path.rpartition('/')[2]}")

    assert (documented.status_code, code(documented)) == (404, "async_task_not_found")
    assert unified.status_code == 200


def test_the_same_seed_strikes_the_same_answers(clock: Clock) -> None:
    """Another seed strikes others."""

    def strikes(seed: int) -> list[int]:
        client = connect(clock=clock, seed=seed)
        path = create(client)["poll_url"]
        be(client, errors=0.5)
        return [client.get(path).status_code for _ in range(30)]

    assert strikes(3) == strikes(3)
    assert strikes(3) != strikes(4)


def test_creating_is_struck_by_no_share(client: TestClient) -> None:
    """Shares are of status answers."""
    be(client, errors=1)

    assert create(client)["status"] == "pending"
