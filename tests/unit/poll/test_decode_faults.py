"""What is odd is a fault, and a fault says nothing about the task."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.poll.answer import Absent, Answer, Fault, Finished, Unfinished
from app.poll.decode import decode
from tests.build import NOW, SECOND

ODD = [
    ("empty", b""),
    ("a page", b"<html><body>502 Bad Gateway</body></html>"),
    ("half of an answer", b'{"status": "comp'),
    ("not UTF-8", b'{"status": "\xff\xfe"}'),
    ("null", b"null"),
    ("a list", b'[{"status": "completed"}]'),
    ("a word", b'"completed"'),
    ("a number", b"200"),
    ("an empty object", b"{}"),
    ("an unknown status", b'{"status": "archived"}'),
    ("a status in capitals", b'{"status": "COMPLETED"}'),
    ("the word cancelled", b'{"status": "cancelled"}'),
    ("a status that is no text", b'{"status": ["failed"]}'),
    ("a status in another place", b'{"task": {"status": "failed"}}'),
    ("an error alone", b'{"error": {"message": "busy"}}'),
    ("completed without data", b'{"status": "completed"}'),
    ("completed with no images", b'{"status": "completed", "data": []}'),
    ("completed with placeholders", b'{"status": "completed", "data": [{"url": ""}]}'),
    ("completed with data of another shape", b'{"status": "completed", "data": {"url": "u"}}'),
    ("nested too deep", b"[" * 100_000),
    ("a number too long", b'{"created": ' + b"1" * 5000 + b', "status": "failed"}'),
    ("many megabytes of nothing", b" " * (1 << 22)),
]


def decode_error(status: int, error: Any, *, retry_after: str | None = None) -> Answer:
    body = json.dumps({"error": error}).encode()
    return decode(status, body, of="img_1", retry_after=retry_after, now=NOW)


@pytest.mark.parametrize("body", [body for _, body in ODD], ids=[name for name, _ in ODD])
def test_an_odd_answer_is_a_fault(body: bytes) -> None:
    assert isinstance(decode(200, body, of="img_1", retry_after=None, now=NOW), Fault)


@pytest.mark.parametrize(
    "status", [201, 204, 301, 400, 401, 402, 403, 408, 409, 410, 425, 429, 500, 502, 503, 504]
)
def test_any_status_but_200_and_404_is_a_fault_that_names_it(status: int) -> None:
    body = b'{"status": "failed", "error": {"code": "async_task_not_found"}}'

    answer = decode(status, body, of="img_1", retry_after=None, now=NOW)

    assert answer == Fault(f"HTTP {status}")


@pytest.mark.parametrize("code", ["async_task_not_found", "task_not_found"])
def test_lemondata_s_own_404_says_that_the_task_is_absent(code: str) -> None:
    error = {"message": "Task not found or no longer available.", "code": code}

    assert decode_error(404, error) == Absent()


@pytest.mark.parametrize(
    "body",
    [b"", b"<h1>Not Found</h1>", b"404 page not found", b"{}", b"null", b'{"detail": "Not Found"}'],
)
def test_a_gateway_s_404_is_a_fault(body: bytes) -> None:
    assert decode(404, body, of="img_1", retry_after=None, now=NOW) == Fault("HTTP 404")


@pytest.mark.parametrize("code", ["model_not_found", "not_found", "", 404, True, [], {}, [1]])
def test_a_404_about_something_else_is_a_fault(code: object) -> None:
    assert decode_error(404, {"message": "no", "code": code}) == Fault("HTTP 404")


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_fault_carries_the_wait_that_was_asked_for(status: int) -> None:
    answer = decode_error(status, {"code": "busy"}, retry_after="17")

    assert answer == Fault(f"HTTP {status}", timedelta(seconds=17))


def test_a_wait_that_cannot_be_read_is_no_wait() -> None:
    assert decode_error(429, {"code": "busy"}, retry_after="soon") == Fault("HTTP 429")


@pytest.mark.parametrize(
    "error", ["Not Found", True, 1, ["x"], {}, {"message": "No route"}], ids=str
)
def test_a_gateway_s_404_says_nothing_about_the_task(error: object) -> None:
    body = json.dumps({"status": 404, "error": error, "path": "/x"}).encode()

    assert decode(404, body, of="img_1", retry_after=None, now=NOW) == Fault("HTTP 404")


@pytest.mark.parametrize("status", [429, 503])
def test_the_envelope_s_own_retry_after_is_read(status: int) -> None:
    body = b'{"error": {"code": "rate_limit_exceeded", "retry_after": 17}}'

    assert decode(status, body, of="img_1", retry_after=None, now=NOW) == Fault(
        f"HTTP {status}", 17 * SECOND
    )


@pytest.mark.parametrize("value", ["17", True, -1, 0, None, float("nan"), []], ids=str)
def test_an_odd_retry_after_in_the_envelope_says_nothing(value: object) -> None:
    body = json.dumps({"error": {"code": "rate_limit_exceeded", "retry_after": value}}).encode()

    assert decode(429, body, of="img_1", retry_after=None, now=NOW) == Fault("HTTP 429")


@pytest.mark.parametrize(
    "words", [{"cancelled": True}, {"cancellation_status": "cancelled"}], ids=str
)
def test_a_task_is_cancelled_only_when_it_failed(words: dict[str, object]) -> None:
    done = {"status": "completed", "data": [{"url": "https://x/1.png"}], **words}

    assert isinstance(_ok({"status": "processing", **words}), Unfinished)
    assert isinstance(_ok(done), Finished)
    assert isinstance(_ok(words), Fault)


def _ok(answer: dict[str, object]) -> Answer:
    return decode(200, json.dumps(answer).encode(), of="img_1", retry_after=None, now=NOW)
