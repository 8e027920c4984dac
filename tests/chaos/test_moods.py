"""LemonData in every mood it has: each task ends rightly, the account is cared for."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.service import (
    FINAL,
    all_ended,
    api_of,
    at_simulator,
    client,
    eventually,
    history,
    key_in,
    make,
    read,
    running,
    running_up,
)

RPM = 600
TASKS = 40
MOST = 32  # End while the moods are bad.
# Three answers in ten are bad, in every way there is; a drip takes longer than is waited for it.
BAD = {
    "errors": 0.1, "html_502": 0.03, "html_200": 0.03, "truncated": 0.03, "cut": 0.02,
    "resets": 0.02, "enormous": 0.01, "drips": 0.01, "flapping_404": 0.03, "odd_status": 0.02,
    "no_url": 0.2, "late": 0.2, "late_by": 2, "rate_limit": RPM, "rate_headers": True,
}  # fmt: skip
ENDS = ("completed", "completed", "completed", "failed", "cancelled")


@contextmanager
def both(folder: Path) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """Run a simulator and the service that asks it; call both."""
    with running("simulator", "--port", "0", folder=folder) as simulator:
        url = simulator.says(r"The simulator is up: (\S+)")
        settings = {
            "LEMONDATA_API_KEY": "sk-simulator", "LEMONDATA_BASE_URL": url,
            "LEMONDATA_RPM": str(RPM), "LEMONWATCH_POLL_FLOOR": "1", "LEMONWATCH_POLL_CAP": "3",
        }  # fmt: skip
        with (
            running_up(folder, **settings) as up,
            client(api_of(up), key_in(folder)) as api,
            at_simulator(url) as lemondata,
        ):
            yield api, lemondata


def begin(api: httpx.Client, lemondata: httpx.Client, tasks: int) -> dict[str, str]:
    """Make tasks at LemonData and register them; return how each is to end."""
    ends = {}
    for number in range(tasks):
        outcome = ENDS[number % len(ENDS)]
        created = make(lemondata, seconds=4 + 12 * number / tasks, outcome=outcome)
        read(api.post("/v1/tasks", json=created), 201)
        ends[created["task_id"]] = outcome
    return ends


def stats(api: httpx.Client) -> dict[str, Any]:
    """Read how the account is doing."""
    return read(api.get("/v1/stats"), 200)


def ended(api: httpx.Client) -> int:
    """Count the tasks that have ended."""
    return sum(task["status"] in FINAL for task in history(api).values())


def test_in_bad_moods_every_task_ends_rightly_and_no_pause_is_broken(tmp_path: Path) -> None:
    """A third of the answers bad, a pause and an outage in the middle."""
    with both(tmp_path) as (api, lemondata):
        ends = begin(api, lemondata, TASKS)
        lemondata.patch("/moods", json=BAD)
        lemondata.patch("/moods", json={"pause": 3})
        eventually(lambda: stats(api)["budget"][0]["state"] == "paused", what="it is paused")
        time.sleep(3)
        lemondata.patch("/moods", json={"down": 8})
        eventually(lambda: stats(api)["upstream"] == "degraded", what="it is down")
        eventually(lambda: ended(api) >= MOST, patience=120, what="most end")
        # Of so many, one has nine bad answers in a row often enough to wait for half a minute each time.
        lemondata.put("/moods", json={"rate_limit": RPM, "rate_headers": True})
        tasks = eventually(lambda: all_ended(api), patience=90, what="all end")
        report = read(lemondata.get("/report", params={"limit": 500}), 200)

    assert {task: seen["status"] for task, seen in tasks.items()} == ends
    assert all(seen["images"] for seen in tasks.values() if seen["status"] == "completed")
    assert sum(report["totals"]["struck"].values()) > 0, "nothing was bad, which proves nothing"
    assert report["busiest_10s"] <= 1.1 * RPM / 6
    assert {row["most_at_once"] for row in report["tasks"]} == {1}
    # What was in flight when the pause began, which is one burst at most.
    assert report["totals"]["too_soon_after_429"] <= 5


def test_a_revoked_key_loses_nothing_and_a_restored_one_is_noticed(tmp_path: Path) -> None:
    """Tasks outlive their deadlines meanwhile, and end within half a minute of the new key."""
    with both(tmp_path) as (api, lemondata):
        created = [make(lemondata, seconds=1) for _ in range(10)]
        lemondata.patch("/moods", json={"account": "revoked"})
        for one in created:
            read(api.post("/v1/tasks", json={**one, "deadline_seconds": 2}), 201)
        eventually(lambda: stats(api)["budget"][0]["state"] == "broken", what="it is broken")
        time.sleep(5)
        asked = read(lemondata.get("/report"), 200)["totals"]["polls"]
        assert stats(api)["counts"]["pending"] == len(created)
        assert stats(api)["upstream"] == "degraded"
        lemondata.patch("/moods", json={"account": "good"})
        tasks = eventually(lambda: all_ended(api), patience=30, what="all end")

    assert {task["status"] for task in tasks.values()} == {"completed"}
    assert asked <= len(created) + 10, "no task is asked for twice, and canaries are few"
