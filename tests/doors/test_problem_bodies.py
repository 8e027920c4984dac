"""Bodies that cannot be used: each is told what is wrong with it, and where."""

import asyncio

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from app.clients.caller import LARGE
from app.web.limit import LARGEST_BODY
from tests.callers import bearing


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"task_id": "a",\n  ]', "at line 2, column 3"),
        (b"", "Field required"),
        (b'{"task_id": "\xff"}', "byte 14 is 0xff"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"task_id": ' + b"1" * 5000 + b"}", "too many digits"),
    ],
    ids=["syntax", "empty", "not text", "deep", "digits"],
)
def test_a_body_that_is_no_json_is_told_why(api: TestClient, body: bytes, detail: str) -> None:
    """What is wrong is wrong with the whole of it."""
    answer = api.post("/v1/tasks", content=body, headers={"Content-Type": "application/json"})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["pointer"] == ""
    assert detail in error["detail"]


@pytest.mark.parametrize("said", [None, "text/plain", "application/x-www-form-urlencoded", "json"])
def test_a_body_that_is_not_sent_as_json_is_415(api: TestClient, said: str | None) -> None:
    """`curl -d` calls it a form, and is told the header that it takes."""
    headers = {"Content-Type": said} if said else {}

    answer = api.post("/v1/tasks", content=b'{"task_id": "img_1"}', headers=headers)

    assert answer.status_code == 415
    assert "`Content-Type: application/json`" in answer.json()["detail"]


@pytest.mark.parametrize("said", ["Application/JSON; charset=utf-8", "application/vnd.api+json"])
def test_any_way_to_say_json_will_do(api: TestClient, said: str) -> None:
    """Names of media types know no case, and may have parameters."""
    answer = api.post("/v1/tasks", content=b'{"task_id": "img_1"}', headers={"Content-Type": said})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/tasks", {"task_id": "img_1", "colour": 1}, "/colour"),
        ("/v1/tasks", {"task_id": "img_1", "a/b~c": 1}, "/a~1b~0c"),
        ("/v1/webhooks", {"url": "https://1.1.1.1/", "colour": 1}, "/colour"),
        ("/v1/accounts", {"name": "a", "api_key": "sk-1", "colour": 1}, "/colour"),
    ],
)
def test_an_unknown_field_is_pointed_at(
    api: TestClient, path: str, body: dict[str, object], pointer: str
) -> None:
    """Where the shape is ours, a misspelt field must not be ignored."""
    answer = api.post(path, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": "unknown field"}]


@pytest.mark.parametrize("said", [True, False], ids=["said", "streamed"])
def test_a_body_beyond_all_measure_is_413(api: TestClient, said: bool) -> None:
    """Whether its length is said beforehand or not."""
    body = b" " * (LARGEST_BODY + 1)

    answer = api.post("/v1/tasks", content=body if said else iter([body]))

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_half_a_character_in_the_input_is_answered_all_the_same(api: TestClient) -> None:
    """The answer quotes it as JSON can."""
    body = b'{"url": "https://1.1.1.1/", "events": ["\\ud800"]}'
    headers = {"Content-Type": "application/json"}

    assert api.post("/v1/webhooks", content=body, headers=headers).status_code == 422


def test_who_hangs_up_in_the_middle_of_a_body_is_no_fault_of_ours(anyone: TestClient) -> None:
    """Nothing is logged as a crash: what is sent, to nobody, is 422."""
    sent: list[Message] = []
    told = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Message:
        return next(told, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json"), (b"content-length", b"99")]
    scope = {
        "type": "http", "method": "POST", "path": "/v1/tasks", "raw_path": b"/v1/tasks",
        "query_string": b"", "headers": headers, "http_version": "1.1", "state": {},
    }  # fmt: skip

    async def post() -> None:
        await anyone.app(scope, receive, send)

    asyncio.run(post())

    assert sent[0]["status"] == 422


@pytest.mark.parametrize("path", ["/v1/tasks", "/v1/tasks/batch"])
@pytest.mark.parametrize(("size", "status"), [(0, 422), (LARGE, 401)], ids=["small", "large"])
def test_a_large_body_is_not_looked_into_for_just_anybody(
    api: TestClient, path: str, size: int, status: int
) -> None:
    """Not even for whether it is JSON; and is, for who may send it."""
    body = b"[" + b"x" * size
    said = {"Content-Type": "application/json"}

    stranger = api.post(path, content=body, headers=said | bearing("lw_nobody's"))

    assert stranger.status_code == status
    assert api.post(path, content=body, headers=said).status_code == 422
