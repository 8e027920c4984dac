"""The simulator's moods towards everybody: rates, pauses, outages, broken accounts, a wrong clock."""

from email.utils import parsedate_to_datetime

import pytest
from fastapi.testclient import TestClient

from tests.doors.simulated import BEARER, Clock, be, code, connect, create


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


def test_a_calm_simulator_tells_nothing_of_rates(client: TestClient, path: str) -> None:
    """It answers as it always did, however often it is asked."""
    answers = [client.get(path) for _ in range(100)]

    assert {answer.status_code for answer in answers} == {200}
    assert not [name for name in answers[-1].headers if name.startswith("x-ratelimit")]


def test_requests_above_the_rate_limit_are_refused(
    client: TestClient, clock: Clock, path: str
) -> None:
    """Until the first of them is a minute old; creating spends of the same."""
    be(client, rate_limit=3)
    first = [client.get(path).status_code, client.post("/v1/images/generations").status_code]
    clock.step(20)
    third, fourth = client.get(path), client.get(path)
    clock.step(40)
    later = [client.get(path).status_code for _ in range(3)]

    assert [*first, third.status_code, fourth.status_code] == [200, 400, 200, 429]
    assert code(fourth) == "rate_limit_exceeded"
    assert fourth.headers["Retry-After"] == "40"
    assert fourth.json()["error"]["retry_after"] == 40
    assert later == [200, 200, 429]


def test_each_key_has_a_rate_of_its_own() -> None:
    """A second key is not refused for the first one's sake."""
    client = connect(api_key=None)
    path = create(client)["poll_url"]
    be(client, rate_limit=1)
    mine = [client.get(path).status_code for _ in range(2)]
    other = client.get(path, headers={"Authorization": "Bearer sk-other"})

    assert (mine, other.status_code) == ([200, 429], 200)


def test_the_rate_can_be_told_in_headers(client: TestClient, clock: Clock, path: str) -> None:
    """On good answers and on refusals."""
    be(client, rate_limit=2, rate_headers=True)

    answers = [client.get(path) for _ in range(3)]

    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["2", "2", "2"]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    reset = int(clock.now.timestamp()) + 60
    assert {answer.headers["X-RateLimit-Reset"] for answer in answers} == {str(reset)}


def test_a_pause_refuses_everybody_until_it_is_over(
    client: TestClient, clock: Clock, path: str
) -> None:
    """It says how long it will last."""
    be(client, pause=8)
    clock.step(2.5)
    during = client.get(path)
    clock.step(5.5)
    after = client.get(path)

    assert (during.status_code, during.headers["Retry-After"]) == (429, "6")
    assert after.status_code == 200


def test_what_is_to_be_waited_can_be_told_as_a_date(
    client: TestClient, clock: Clock, path: str
) -> None:
    """Rounded up, since a date has no fractions."""
    be(client, pause=7.5, retry_after="date")

    answer = client.get(path)

    until = parsedate_to_datetime(answer.headers["Retry-After"])
    assert (until - clock.now).total_seconds() == 8
    assert answer.json()["error"]["retry_after"] == 8


def test_what_is_to_be_waited_can_be_told_in_the_body_alone(client: TestClient, path: str) -> None:
    """LemonData's documentation knows both."""
    be(client, pause=8, retry_after="body")

    answer = client.get(path)

    assert "Retry-After" not in answer.headers
    assert answer.json()["error"]["retry_after"] == 8


def test_while_it_is_down_nothing_is_answered(client: TestClient, clock: Clock, path: str) -> None:
    """Creating neither."""
    be(client, down=5)
    during = [client.get(path).status_code for _ in range(20)]
    created = client.post("/v1/images/generations").status_code
    clock.step(5)
    after = client.get(path)

    assert set(during) == {500, 502, 503, 504}
    assert created >= 500
    assert after.status_code == 200


@pytest.mark.parametrize(
    ("account", "status", "said"),
    [
        ("revoked", 401, "invalid_api_key"),
        ("out_of_quota", 402, "insufficient_quota"),
        ("denied", 403, "access_denied"),
    ],
)
def test_an_account_can_break_and_be_mended(
    client: TestClient, path: str, account: str, status: int, said: str
) -> None:
    """No task is lost by it."""
    be(client, account=account)
    broken = client.get(path)
    be(client, account="good")
    mended = client.get(path)

    assert (broken.status_code, code(broken)) == (status, said)
    assert mended.status_code == 200


@pytest.mark.parametrize("skew", [3600, -90])
def test_a_skewed_clock_is_told_and_moves_no_task(
    client: TestClient, clock: Clock, skew: int
) -> None:
    """Date, `created` and dates to wait for are skewed alike."""
    be(client, skew=skew, retry_after="date")
    made = client.post(
        "/v1/images/generations",
        json={"model": "flux-pro", "prompt": "A lemon", "simulate": {"seconds": 10}},
    )
    asked = client.get(made.json()["poll_url"])
    client.patch("/moods", json={"pause": 5})
    refused = client.get(made.json()["poll_url"])

    told = clock.now.timestamp() + skew
    assert made.json()["created"] == asked.json()["created"] == told
    assert asked.json()["status"] == "pending"
    assert parsedate_to_datetime(asked.headers["Date"]).timestamp() == told
    assert parsedate_to_datetime(refused.headers["Retry-After"]).timestamp() == told + 5


def test_a_bad_key_is_refused_in_every_mood(client: TestClient, path: str) -> None:
    """And spends nothing of the rate."""
    be(client, rate_limit=1)
    wrong = [client.get(path, headers={"Authorization": "Bearer sk-lime"}) for _ in range(3)]

    assert {answer.status_code for answer in wrong} == {401}
    assert client.get(path, headers=BEARER).status_code == 200
