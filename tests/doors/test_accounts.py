"""Accounts over HTTP: added, shown, changed; and never a key in an answer."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import Account
from app.process.process import Process

KEY = "sk-very-secret"
NEW = {"name": "second", "api_key": KEY, "base_url": "http://127.0.0.1:9", "rpm": 60}


def stored(process: Process, name: str) -> Account:
    """Return the account's row."""
    with process.database.reading() as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def test_an_account_is_added_shown_and_listed(api: TestClient) -> None:
    """With where it stands, and what it may be asked."""
    made = api.post("/v1/accounts", json=NEW)

    assert made.status_code == 201
    shown = made.json()
    expected = {"name": "second", "base_url": "http://127.0.0.1:9", "rpm": 60, "allowed_rpm": 60.0,
                "has_key": True, "used": 0, "state": "ok", "why": None, "paused_until": None,
                "requests": 0, "limits": 0, "outages": 0}  # fmt: skip
    assert expected.items() <= shown.items()
    assert set(shown) == {*expected, "since", "created_at"}
    assert api.get("/v1/accounts/second").json() == shown
    listed = api.get("/v1/accounts").json()
    assert [one["name"] for one in listed["items"]] == ["default", "second"]
    assert listed["next_cursor"] is None


def test_what_is_left_out_has_lemondata_s_own_values(api: TestClient) -> None:
    """A name and a key are enough."""
    made = api.post("/v1/accounts", json={"name": "x", "api_key": "k"}).json()

    assert (made["base_url"], made["rpm"]) == ("https://api.lemondata.cc", 1000)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a/b"}, "/name"),
        ({"name": "-a"}, "/name"),
        ({"name": "a\n"}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": 7}, "/name"),
        ({"api_key": None}, "/api_key"),
        ({"api_key": ""}, "/api_key"),
        ({"api_key": "sk with spaces"}, "/api_key"),
        ({"api_key": "sk-ключ"}, "/api_key"),
        ({"api_key": "k" * 501}, "/api_key"),
        ({"base_url": "ftp://x"}, "/base_url"),
        ({"base_url": "https://user:pw@x"}, "/base_url"),
        ({"base_url": ""}, "/base_url"),
        ({"rpm": 0}, "/rpm"),
        ({"rpm": 1_000_001}, "/rpm"),
        ({"rpm": "60"}, "/rpm"),
        ({"rpm": 0.5}, "/rpm"),
        ({"colour": "yellow"}, "/colour"),
    ],
    ids=str,
)
def test_an_account_that_cannot_be_used_is_422_with_a_pointer(
    api: TestClient, fields: dict[str, Any], pointer: str
) -> None:
    """Nothing is stored, and the key is not repeated."""
    answer = api.post("/v1/accounts", json={**NEW, **fields})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert [one["name"] for one in api.get("/v1/accounts").json()["items"]] == ["default"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"api_key": ""}, "/api_key"),
        ({"base_url": "nowhere"}, "/base_url"),
        ({"rpm": 0}, "/rpm"),
        ({"state": "broken"}, "/state"),
        ({"name": "other"}, "/name"),
    ],
    ids=str,
)
def test_a_change_that_cannot_be_made_is_422_and_changes_nothing(
    api: TestClient, fields: dict[str, Any], pointer: str
) -> None:
    """Its name is for good."""
    before = api.get("/v1/accounts/default").json()

    answer = api.patch("/v1/accounts/default", json=fields)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert api.get("/v1/accounts/default").json() == before


def test_a_name_that_is_taken_is_a_conflict(api: TestClient, process: Process) -> None:
    """The account there is stays as it is."""
    answer = api.post("/v1/accounts", json={**NEW, "name": "default"})

    assert answer.status_code == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    row = stored(process, "default")
    assert row.key is not None
    assert process.cipher.decrypt(row.key) == "sk-test"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("POST", "/test")],
    ids=["get", "patch", "test"],
)
def test_an_account_that_there_is_not_is_404(api: TestClient, method: str, path: str) -> None:
    """Whatever is wanted of it."""
    answer = api.request(method, f"/v1/accounts/nobody{path}", json={})

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:lemonwatch:problem:not-found")


@pytest.mark.parametrize("path", ["/v1/accounts", "/v1/accounts/default"])
def test_accounts_are_shown_to_nobody_without_a_key(anyone: TestClient, path: str) -> None:
    """Nor may they be changed."""
    assert anyone.get(path).status_code == 401
    assert anyone.post("/v1/accounts", json=NEW).status_code == 401
    assert anyone.patch("/v1/accounts/default", json={"rpm": 1}).status_code == 401


def test_no_answer_holds_a_key(api: TestClient, process: Process) -> None:
    """Whether it is taken or refused; it rests encrypted."""
    answers = [
        api.post("/v1/accounts", json=NEW),
        api.post("/v1/accounts", json=NEW),
        api.post("/v1/accounts", json={**NEW, "name": "third", "rpm": 0}),
        api.post("/v1/accounts", json={**NEW, "name": "third", "api_key": f"{KEY} "}),
        api.patch("/v1/accounts/second", json={"api_key": f"{KEY}-2"}),
        api.patch("/v1/accounts/second", json={"api_key": [KEY]}),
        api.get("/v1/accounts/second"),
        api.get("/v1/accounts"),
        api.get("/v1/stats"),
    ]

    assert [answer.status_code for answer in answers] == [
        201,
        409,
        422,
        422,
        200,
        422,
        200,
        200,
        200,
    ]
    row = stored(process, "second")
    assert row.key is not None
    assert process.cipher.decrypt(row.key) == f"{KEY}-2"
    for answer in answers:
        assert KEY not in answer.text
        assert row.key not in answer.text
