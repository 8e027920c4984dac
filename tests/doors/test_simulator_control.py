"""The simulator's moods are shown and changed while it runs."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.simulator.moods.moods import Moods
from tests.doors.simulated import Clock, connect


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> TestClient:
    return connect(clock=clock)


def test_a_simulator_starts_calm_unless_told_otherwise(client: TestClient) -> None:
    """All moods are shown, and need no key."""
    client.headers.clear()
    moody = connect(moods=Moods(errors=0.25))

    assert client.get("/moods").json() == Moods().model_dump()
    assert moody.get("/moods").json()["errors"] == 0.25


def test_putting_moods_forgets_the_others(client: TestClient) -> None:
    """What is not named is as at first."""
    client.put("/moods", json={"errors": 0.3, "late": 1})

    answer = client.put("/moods", json={"late": 0.5})

    assert answer.json() == client.get("/moods").json() == Moods(late=0.5).model_dump()


def test_patching_moods_keeps_the_others(client: TestClient) -> None:
    """What is not named stays."""
    client.put("/moods", json={"errors": 0.3, "late": 1})

    answer = client.patch("/moods", json={"late": 0.5})

    assert answer.json() == Moods(errors=0.3, late=0.5).model_dump()


def test_a_pause_shows_what_is_left_and_is_not_begun_anew(client: TestClient, clock: Clock) -> None:
    """Changing another mood leaves it running; naming it begins it again."""
    client.put("/moods", json={"pause": 10, "down": 20})
    clock.step(4)
    left = client.patch("/moods", json={"errors": 0.1}).json()
    again = client.patch("/moods", json={"pause": 10}).json()
    clock.step(30)
    over = client.get("/moods").json()

    assert (left["pause"], left["down"]) == (6, 16)
    assert (again["pause"], again["down"]) == (10, 16)
    assert (over["pause"], over["down"]) == (0, 0)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"speed": 1}, "There is no mood 'speed'. Known moods: rate_limit, rate_headers,"),
        ({"errors": 1.5}, "errors: Input should be less than or equal to 1."),
        ({"errors": "0.5"}, "errors: Input should be a valid number."),
        ({"errors": True}, "errors: Input should be a valid number."),
        ({"errors": None}, "errors: Input should be a valid number."),
        ({"rate_limit": 0}, "rate_limit: Input should be greater than or equal to 1."),
        (
            {"account": "rich"},
            "account: Input should be 'good', 'revoked', 'out_of_quota' or 'denied'.",
        ),
        ({"errors": 0.6, "cut": 0.5}, "The shares of errors, html_502,"),
        ([], 'Moods are a JSON object, such as {"errors": 0.3}.'),
    ],
)
def test_moods_that_there_are_not_are_refused_and_change_nothing(
    client: TestClient, method: str, wanted: Any, said: str
) -> None:
    """The answer says what is known."""
    client.put("/moods", json={"late": 1})

    answer = client.request(method, "/moods", json=wanted)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_moods"
    assert answer.json()["error"]["message"].startswith(said)
    assert client.get("/moods").json() == Moods(late=1).model_dump()


@pytest.mark.parametrize("body", ["", "calm", "[" * 100_000, '{"errors": NaN}', b"\xff"])
def test_what_is_no_json_object_of_moods_is_refused(client: TestClient, body: Any) -> None:
    """Politely, whatever it is."""
    answer = client.put("/moods", content=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_moods"
