"""What the doors say while an account cannot be asked."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.state import AccountState
from app.clock import utc_now
from app.process.process import Process
from app.tasks.models import Poll

HOUR = timedelta(hours=1)


def change(process: Process, **fields: Any) -> None:
    """Write these fields of the account."""
    with process.database.writing() as session:
        account = session.scalars(select(Account)).one()
        for name, value in fields.items():
            setattr(account, name, value)


@pytest.mark.parametrize(
    ("state", "upstream"),
    [
        (AccountState.OK, "ok"),
        (AccountState.BROKEN, "degraded"),
        (AccountState.DOWN, "degraded"),
        (AccountState.DISABLED, "ok"),
    ],
)
def test_an_upstream_that_cannot_be_asked_is_told_and_no_fault_of_the_service(
    api: TestClient, process: Process, state: AccountState, upstream: str
) -> None:
    """It takes tasks and shows them all the same; a disabled account is as it is meant to be."""
    api.post("/v1/tasks", json={"task_id": "img_1"})
    change(process, state=state, why="HTTP 401")
    with process.database.writing() as session:
        session.scalars(select(Poll)).one().due_at = utc_now() - HOUR

    ready, stats = api.get("/readyz"), api.get("/v1/stats").json()

    assert ready.json()["upstream"] == stats["upstream"] == upstream
    assert ready.status_code == (503 if state is AccountState.OK else 200)
    assert api.get("/v1/tasks/img_1").status_code == 200


def test_stats_show_each_budget_and_what_is_left_of_it(api: TestClient, process: Process) -> None:
    """As set, as allowed now, as used in the last minute."""
    now = utc_now()
    change(process, rpm=1000, learnt=700.0, learnt_at=now, used=42, minute_at=now)

    (budget,) = api.get("/v1/stats").json()["budget"]

    assert budget == {
        "account": "default", "rpm": 1000, "allowed_rpm": 700.0, "used": 42, "state": "ok",
        "why": None, "paused_until": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "shown"), [(AccountState.OK, "paused"), (AccountState.BROKEN, "broken")]
)
def test_a_pause_is_shown_while_it_lasts(
    api: TestClient, process: Process, state: AccountState, shown: str
) -> None:
    """Trouble is told before it."""
    change(process, state=state, paused_until=utc_now() + HOUR)

    account = api.get("/v1/accounts/default").json()
    assert account["state"] == shown
    assert account["paused_until"] is not None

    change(process, paused_until=utc_now() - HOUR)
    account = api.get("/v1/accounts/default").json()
    assert (account["state"], account["paused_until"]) == (state, None)


@pytest.mark.parametrize("state", [AccountState.BROKEN, AccountState.DOWN])
def test_a_new_key_in_trouble_is_tried_at_once_and_believed_only_then(
    api: TestClient, process: Process, state: AccountState
) -> None:
    """What had been learnt with the old one is forgotten."""
    change(process, state=state, why="HTTP 401", canary_at=utc_now() + HOUR,
           paused_until=utc_now() + HOUR, learnt=50.0, failures=99)  # fmt: skip

    shown = api.patch("/v1/accounts/default", json={"api_key": "sk-new"}).json()

    assert (shown["state"], shown["why"]) == (state, "HTTP 401")
    assert (shown["paused_until"], shown["allowed_rpm"]) == (None, shown["rpm"])
    with process.database.reading() as session:
        account = session.scalars(select(Account)).one()
    assert account.canary_at is not None
    assert account.canary_at <= utc_now()
    assert account.failures == 0


def test_an_account_without_a_key_is_broken_until_it_has_one(
    api: TestClient, process: Process
) -> None:
    """It cannot be tried, and a key puts it right."""
    change(process, key=None, state=AccountState.BROKEN, why="it has no key")

    assert api.get("/v1/accounts/default").json()["has_key"] is False
    assert api.post("/v1/accounts/default/test").status_code == 409
    assert api.patch("/v1/accounts/default", json={"state": "ok"}).json()["state"] == "broken"
    shown = api.patch("/v1/accounts/default", json={"api_key": "sk-new"}).json()
    assert (shown["state"], shown["has_key"], shown["why"]) == ("ok", True, None)
