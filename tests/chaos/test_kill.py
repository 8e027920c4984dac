"""kill -9 of the whole service, and what the next start makes of it."""

from pathlib import Path

import httpx

from tests.chaos.upstream import upstream
from tests.e2e.receiver import receiving
from tests.e2e.service import (
    LOOPBACK,
    all_ended,
    api_of,
    client,
    eventually,
    history,
    key_in,
    read,
    running_up,
)

TASKS = 60
# What was in flight becomes due again when its lease ends: after 45 s, for a webhook.
LEASES = 120.0


def test_a_killed_service_loses_no_task_and_no_webhook(tmp_path: Path) -> None:
    """Killed while it asks and while it tells, and started again in the same folder."""
    durations = [1 + 5 * number / TASKS for number in range(TASKS)]
    with upstream(delay=0.3) as lemondata, receiving(delay=0.3) as receiver:
        settings = {
            "LEMONDATA_API_KEY": "sk-test",
            "LEMONDATA_BASE_URL": lemondata.url,
            "LEMONWATCH_WEBHOOK_ALLOW": LOOPBACK,
            "LEMONWATCH_POLL_FLOOR": "0.5",
            "LEMONWATCH_POLL_CAP": "1",
        }

        def is_busy() -> bool:
            both = lemondata.waited_for > 1 and receiver.waited_for > 1
            return both and receiver.count > TASKS // 4

        with running_up(tmp_path, **settings) as up, client(api_of(up), key_in(tmp_path)) as api:
            begun = lemondata.begin(api, durations, webhook_url=receiver.url)
            eventually(is_busy, what="it asks and tells")
            up.ensure_ended()
        told_before = set(receiver.ids())
        with running_up(tmp_path, **settings) as up, client(api_of(up), key_in(tmp_path)) as api:
            kept = set(history(api))
            tasks = eventually(lambda: all_ended(api), patience=LEASES, what="all end")
            told = {task: accepted(api, task) for task in begun}

    assert told_before < begun, "it was killed too late to prove anything"
    assert receiver.count > len(begun), "no webhook was cut off, which proves too little"
    assert kept == begun
    assert {task["status"] for task in tasks.values()} == {"completed"}
    assert {task: len(ids) for task, ids in receiver.ids().items()} == dict.fromkeys(begun, 1)
    assert told == {task: [204] for task in begun}


def accepted(api: httpx.Client, task_id: str) -> list[int]:
    """Wait until the task's webhook was accepted; return the answers to all attempts on record."""

    def answers() -> list[int]:
        items = read(api.get(f"/v1/tasks/{task_id}/timeline"), 200)["items"]
        # One that was cut off from its answer has none.
        return [item["status_code"] for item in items if item.get("status_code")]

    return eventually(answers, patience=LEASES, what=f"{task_id} is told of")
