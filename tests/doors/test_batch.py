"""Many tasks are registered at once, and each is answered for itself."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.process.process import Process
from app.register.batch import MOST
from app.tasks.models import Poll, Task, Transition
from tests.build import make_account


def sent(api: TestClient, *tasks: Any) -> list[dict[str, Any]]:
    """Send these, and return what became of each."""
    answer = api.post("/v1/tasks/batch", json={"tasks": tasks})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def counted(process: Process) -> list[int]:
    """Count what is stored."""
    with process.database.reading() as session:
        tables = (Task, Poll, Transition)
        return [session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]


def test_each_is_stored_as_it_would_be_alone(api: TestClient, process: Process) -> None:
    """A create answer, an id, and one with all that can be said."""
    full = {
        "task_id": "img_3", "model": "m", "metadata": {"a": 1}, "deadline_seconds": 60,
        "webhook_url": "https://1.1.1.1/own", "priority": 2,
    }  # fmt: skip
    created = {"id": "img_2", "created": 1_700_000_000, "data": [{"revised_prompt": "a lemon"}]}

    items = sent(api, {"task_id": "img_1"}, created, full)

    assert [(one["task_id"], one["status"]) for one in items] == [
        ("img_1", 201), ("img_2", 201), ("img_3", 201)
    ]  # fmt: skip
    assert counted(process) == [3, 3, 3]
    for one in items:
        alone = api.get(f"/v1/tasks/{one['task_id']}").json()
        assert one["task"] | {"eta": None, "will_miss_deadline": None} == alone | {
            "eta": None, "will_miss_deadline": None,
        }  # fmt: skip
    assert items[2]["task"]["metadata"] == {"a": 1}


def test_what_is_answered_is_what_is_read_later(api: TestClient) -> None:
    """Nothing is read back where it is new; what may differ is what is expected of it."""
    full = {
        "id": "img_2", "created": 1_700_000_000.25, "model": "m\tü", "priority": 2,
        "metadata": {"nested": {"a": [1.5, None]}, "text": '"\\'}, "data": [{"revised_prompt": "ü"}],
    }  # fmt: skip

    items = sent(api, {"task_id": "vid_1", "deadline_seconds": 60.5}, full, {"task_id": "vid_1"})

    guessed = {"eta": None, "will_miss_deadline": None}
    for item in items:
        later = api.get(f"/v1/tasks/{item['task_id']}").json()
        assert item["task"] | guessed == later | guessed
    assert [item["status"] for item in items] == [201, 201, 200]


def test_one_that_is_bad_spoils_no_other(api: TestClient, process: Process) -> None:
    """Each is told what is wrong with it, with pointers into the body that was sent."""
    api.post("/v1/tasks", json={"task_id": "img_0"})
    with process.database.writing() as session:
        make_account(session, process.cipher, "second")
        make_account(session, process.cipher, "idle")
        session.scalars(
            select(Account).where(Account.name == "idle")
        ).one().state = AccountState.DISABLED

    items = sent(
        api,
        {"task_id": "img_1"},
        {"task_id": "a/b"},
        {"task_id": "img_2", "webhook_url": "http://10.0.0.1/"},
        {"task_id": "img_3", "account": "nobody"},
        {"task_id": "img_0", "account": "second"},
        {"task_id": "img_4", "account": "idle"},
        {"task_id": "img_5", "colour": "red"},
        7,
        None,
        {"task_id": "img_0"},
    )

    assert [one["status"] for one in items] == [201, *[422] * 8, 200]
    assert [one["task_id"] for one in items] == [
        "img_1", "a/b", "img_2", "img_3", "img_0", "img_4", "img_5", None, None, "img_0",
    ]  # fmt: skip
    pointers = [(one["error"]["errors"] or [{}])[0].get("pointer") for one in items[1:-1]]
    assert pointers == [
        "/tasks/1/task_id", "/tasks/2/webhook_url", "/tasks/3/account", None, "/tasks/5/account",
        "/tasks/6/colour", "/tasks/7", "/tasks/8",
    ]  # fmt: skip
    assert items[4]["error"]["status"] == 409
    assert counted(process) == [2, 2, 2]


def test_the_same_twice_is_one_task_and_the_first_wins(api: TestClient, process: Process) -> None:
    """Within a batch as between two; to send it again changes nothing."""
    twice = [{"task_id": "img_1", "metadata": {"n": n}} for n in (1, 2)]

    assert [one["status"] for one in sent(api, *twice)] == [201, 200]
    again = sent(api, *reversed(twice))

    assert [one["status"] for one in again] == [200, 200]
    assert [one["task"]["metadata"] for one in again] == [{"n": 1}, {"n": 1}]
    assert counted(process) == [1, 1, 1]


def test_a_thousand_are_taken_in_the_order_sent(api: TestClient, process: Process) -> None:
    ids = [f"img_{(n * 7919) % MOST}" for n in range(MOST)]

    items = sent(api, *({"task_id": one} for one in ids))

    assert [(one["task_id"], one["status"]) for one in items] == [(one, 201) for one in ids]
    assert counted(process) == [MOST] * 3


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"tasks": []}, "/tasks"),
        ({"tasks": [{"task_id": "img_1"}] * (MOST + 1)}, "/tasks"),
        ({"tasks": {"task_id": "img_1"}}, "/tasks"),
        ({}, "/tasks"),
        ([{"task_id": "img_1"}], ""),
        ({"tasks": [{"task_id": "img_1"}], "account": "default"}, "/account"),
    ],
)
def test_what_is_no_batch_is_refused_whole(
    api: TestClient, process: Process, body: Any, pointer: str
) -> None:
    answer = api.post("/v1/tasks/batch", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert counted(process) == [0, 0, 0]
