"""What an operator changes of an account, and what that is the end of."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import Account
from app.clock import utc_now
from app.process.process import Process
from tests.build import MINUTE


def stored(process: Process, name: str) -> Account:
    """Return the account's row."""
    with process.database.reading() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def test_a_change_changes_only_what_it_names(api: TestClient, process: Process) -> None:
    """A new budget is no new beginning."""
    epoch = stored(process, "default").epoch

    changed = api.patch("/v1/accounts/default", json={"rpm": 7}).json()

    assert (changed["rpm"], changed["allowed_rpm"], changed["state"]) == (7, 7.0, "ok")
    assert stored(process, "default").epoch == epoch
    same = {"base_url": changed["base_url"], "api_key": "sk-test"}
    assert api.patch("/v1/accounts/default", json=same).status_code == 200
    assert stored(process, "default").epoch == epoch


@pytest.mark.parametrize(
    "fields",
    [{"api_key": "sk-new"}, {"base_url": "http://127.0.0.1:8"}, {"state": "disabled"}],
    ids=str,
)
def test_a_new_key_or_place_makes_answers_to_the_old_one_no_news(
    api: TestClient, process: Process, fields: dict[str, str]
) -> None:
    """They may be in flight still."""
    epoch = stored(process, "default").epoch

    api.patch("/v1/accounts/default", json=fields)

    assert stored(process, "default").epoch == epoch + 1


def test_to_say_ok_of_an_account_that_is_well_ends_no_pause(
    api: TestClient, process: Process
) -> None:
    """Nothing is to start during it, whatever the operator hopes."""
    until = utc_now() + MINUTE
    with process.database.writing() as session:
        session.scalars(select(Account)).one().paused_until = until

    shown = api.patch("/v1/accounts/default", json={"state": "ok"}).json()

    assert (shown["state"], stored(process, "default").paused_until) == ("paused", until)


def test_a_key_that_cannot_be_read_can_be_replaced(api: TestClient, process: Process) -> None:
    """It was stored under another secret key."""
    with process.database.writing() as session:
        session.scalars(select(Account)).one().key = "not ours"

    assert api.patch("/v1/accounts/default", json={"api_key": "sk-new"}).status_code == 200
    key = stored(process, "default").key
    assert key is not None
    assert process.cipher.decrypt(key) == "sk-new"


def test_a_disabled_account_takes_no_more_tasks_until_it_is_enabled(api: TestClient) -> None:
    """Nor is it tried; what it has is kept."""
    assert api.post("/v1/tasks", json={"task_id": "img_1"}).status_code == 201

    disabled = api.patch("/v1/accounts/default", json={"state": "disabled"}).json()
    refused = api.post("/v1/tasks", json={"task_id": "img_2"})

    assert (disabled["state"], disabled["why"]) == ("disabled", "by the operator")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/account"
    assert api.post("/v1/accounts/default/test").status_code == 409
    assert api.get("/v1/tasks/img_1").json()["status"] == "pending"
    assert api.patch("/v1/accounts/default", json={"state": "ok"}).json()["state"] == "ok"
    assert api.post("/v1/tasks", json={"task_id": "img_2"}).status_code == 201
