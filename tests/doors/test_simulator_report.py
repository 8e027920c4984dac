"""The simulator tells what it was asked, so that a client can be measured from outside."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.doors.simulated import Clock, be, connect, create


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(clock: Clock) -> TestClient:
    return connect(clock=clock)


def report(client: TestClient, **query: Any) -> dict[str, Any]:
    """Read the report."""
    answer: dict[str, Any] = client.get("/report", params=query).raise_for_status().json()
    return answer


def test_each_poll_is_counted_by_what_became_of_it(client: TestClient) -> None:
    """The parts are the sum."""
    path = create(client)["poll_url"]
    client.get(path)
    be(client, errors=1)
    client.get(path)
    be(client, drips=1, drip_for=0)
    client.get(path)
    be(client, pause=5)
    client.get(path)
    be(client, rate_limit=1)
    client.get(path)
    client.get(path)
    client.get(path, headers={"Authorization": "Bearer sk-lime"})
    (row,) = report(client)["tasks"]

    counts = {"polls": 7, "answered": 2, "throttled": 2, "refused": 1, "under_way": 0}
    assert row.items() >= counts.items()
    assert row["struck"] == {"errors": 1, "drips": 1}


def test_totals_are_of_all_requests(client: TestClient) -> None:
    """Creating counts as a request and as no poll; so does what is refused."""
    path = create(client)["poll_url"]
    client.get(path)
    client.get("/v1/tasks/unknown")
    be(client, html_502=1)
    client.get(path)

    totals = report(client)["totals"]

    counts = {"requests": 4, "polls": 3, "answered": 2, "refused": 1, "throttled": 0}
    assert totals.items() >= counts.items()
    assert totals["struck"] == {"html_502": 1}


def test_the_delay_of_a_detection_can_be_read(client: TestClient, clock: Clock) -> None:
    """From when the task ended to when that was first told; spoilt answers do not tell it."""
    path = create(client)["poll_url"]
    clock.step(1)
    client.get(path)
    clock.step(10)
    be(client, truncated=1)
    client.get(path)
    clock.step(1)
    be(client)
    client.get(path)
    clock.step(1)
    client.get(path)
    (row,) = report(client)["tasks"]

    moments = [
        row[name][11:19] for name in ("first_poll_at", "ends_at", "end_served_at", "last_poll_at")
    ]
    assert moments == ["12:00:01", "12:00:10", "12:00:12", "12:00:13"]


def test_a_late_task_ends_later_in_the_report_too(client: TestClient) -> None:
    """Its lateness is part of its law; an endless one has no end."""
    be(client, late=1, late_by=5)
    client.get(create(client)["poll_url"])
    client.get(create(client, simulate={"outcome": "endless"})["poll_url"])

    ends = [row["ends_at"] for row in report(client)["tasks"]]

    assert ends == [None, "2026-08-01T12:00:15Z"]


def test_requests_in_a_wait_that_was_announced_are_counted(
    client: TestClient, clock: Clock
) -> None:
    """Not the first, to which it was announced; and those during a pause, all of them."""
    path = create(client)["poll_url"]
    be(client, pause=5)
    for wait in (0, 1, 3.9, 1):
        clock.step(wait)
        client.get(path)

    shown = report(client)
    assert shown["totals"].items() >= {"during_pause": 3, "too_soon_after_429": 2}.items()
    assert shown["tasks"][0]["too_soon"] == 2


def test_requests_before_a_503s_wait_is_over_are_counted_for_its_task(
    client: TestClient, clock: Clock
) -> None:
    """Another task was told nothing."""
    one, other = create(client)["poll_url"], create(client)["poll_url"]
    be(client, errors=1, unavailable_for=1000)
    while client.get(one).status_code != 503:
        clock.step(0)
    be(client)
    client.get(one)
    client.get(other)

    assert report(client)["totals"]["too_soon_after_503"] == 1


def test_the_report_tells_the_traffic(client: TestClient, clock: Clock) -> None:
    """Second by second, and the most in any ten."""
    path = create(client)["poll_url"]
    for count, wait in ((2, 9), (3, 2), (1, 0)):
        for _ in range(count):
            client.get(path)
        clock.step(wait)

    shown = report(client)
    start = int(clock.now.timestamp()) - 11
    assert shown["per_second"] == [[start, 3], [start + 9, 3], [start + 11, 1]]
    assert shown["busiest_10s"] == 6
    assert report(client, seconds=1)["per_second"] == [[start + 11, 1]]


def test_the_newest_tasks_are_shown_or_those_named(client: TestClient) -> None:
    """A task that is not counted is simply not there."""
    paths = [create(client)["poll_url"] for _ in range(3)]
    ids = [path.rpartition("/")[2] for path in paths]
    for path in paths:
        client.get(path)

    def shown(**query: Any) -> list[str]:
        return [row["task_id"] for row in report(client, **query)["tasks"]]

    assert shown(limit=2) == [ids[2], ids[1]]
    assert shown(task_id=[ids[0], "unknown"]) == [ids[0]]
    assert shown(limit=0) == []


def test_a_report_can_be_begun_anew(client: TestClient, clock: Clock) -> None:
    """The simulator needs no key for that, and its tasks live on."""
    path = create(client)["poll_url"]
    client.get(path)
    clock.step(3)
    gone = client.delete("/report")
    shown = report(client)

    assert gone.status_code == 204
    assert (shown["since"], shown["totals"]["requests"], shown["tasks"]) == (
        "2026-08-01T12:00:03Z", 0, [],
    )  # fmt: skip
    assert client.get(path).status_code == 200
