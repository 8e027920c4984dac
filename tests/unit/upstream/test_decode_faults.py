"""What is odd says nothing about the task."""

import json

import pytest

from app.upstream.answer import Absent, Answer, Nonsense
from tests.unit.upstream.responses import hear, hear_error

FAILED = b'{"status": "failed", "error": "No."}'
ODD = [
    ("empty", b"", "not a JSON object"),
    ("a page", b"<html><body>502 Bad Gateway</body></html>", "not a JSON object"),
    ("half of an answer", b'{"status": "comp', "not a JSON object"),
    ("two answers", FAILED * 2, "not a JSON object"),
    ("an answer and more", FAILED + b"<!-- cached -->", "not a JSON object"),
    ("not UTF-8", b'{"status": "\xff\xfe"}', "not a JSON object"),
    ("not UTF-32", b"\x00\x00\xfe\xff", "not a JSON object"),
    ("null", b"null", "not a JSON object"),
    ("a list", b'[{"status": "completed"}]', "not a JSON object"),
    ("a word", b'"completed"', "not a JSON object"),
    ("a number", b"200", "not a JSON object"),
    ("an empty object", b"{}", "an unknown status"),
    ("an unknown status", b'{"status": "archived"}', "an unknown status"),
    ("a status in capitals", b'{"status": "COMPLETED"}', "an unknown status"),
    ("a status with space around", b'{"status": " failed"}', "an unknown status"),
    ("a status with a NUL", b'{"status": "failed\\u0000"}', "an unknown status"),
    ("half of a pair", b'{"status": "\\ud800"}', "an unknown status"),
    ("the word cancelled", b'{"status": "cancelled"}', "an unknown status"),
    ("the word error", b'{"status": "error", "error": "No."}', "an unknown status"),
    ("the word success", b'{"status": "success", "data": [{"url": "u"}]}', "an unknown status"),
    ("no status, but a URL", b'{"data": [{"url": "https://x/1.png"}]}', "an unknown status"),
    ("no status", b'{"status": null, "error": "No."}', "an unknown status"),
    ("a status that is no text", b'{"status": ["failed"]}', "an unknown status"),
    ("a status in another place", b'{"task": {"status": "failed"}}', "an unknown status"),
    ("an error alone", b'{"error": {"message": "busy"}}', "an unknown status"),
    ("completed without data", b'{"status": "completed"}', "completed without a URL"),
    ("no images", b'{"status": "completed", "data": []}', "completed without a URL"),
    ("placeholders", b'{"status": "completed", "data": [{"url": ""}]}', "completed without a URL"),
    ("another shape", b'{"status": "completed", "data": {"url": "u"}}', "completed without a URL"),
    ("URLs alone", b'{"status": "completed", "data": ["https://x/1"]}', "completed without a URL"),
    ("nested too deep", b"[" * 100_000, "not a JSON object"),
    ("too deep", b'{"status": "failed", "x": ' + b'{"x":' * 100_000, "not a JSON object"),
    ("a number too long", b'{"x": ' + b"1" * 5000 + b', "status": "failed"}', "not a JSON object"),
    ("many megabytes of nothing", b" " * (1 << 22), "not a JSON object"),
]


@pytest.mark.parametrize(
    ("body", "why"), [row[1:] for row in ODD], ids=[name for name, _, _ in ODD]
)
def test_an_odd_answer_is_nonsense(body: bytes, why: str) -> None:
    assert hear(body) == Nonsense(why)


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml", " text/html"],
)
@pytest.mark.parametrize("body", [FAILED, b"<html>Please wait</html>", b""])
def test_what_calls_itself_a_page_is_nonsense(content_type: str, body: bytes) -> None:
    assert hear(body, headers={"content-type": content_type}) == Nonsense("an HTML page")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "image/png"])
def test_any_other_content_type_is_believed_to_be_json(content_type: str) -> None:
    assert hear(FAILED, headers={"content-type": content_type}) == hear(FAILED)


@pytest.mark.parametrize("body", [FAILED, b'{"status": "pending"}', FAILED + b" " * 9, b"", b"<"])
def test_a_body_that_was_cut_says_nothing_even_where_it_can_be_read(body: bytes) -> None:
    assert hear(body, is_cut=True) == Nonsense("an answer too large")


@pytest.mark.parametrize("code", ["async_task_not_found", "task_not_found"])
def test_lemondata_s_own_404_says_that_the_task_is_absent(code: str) -> None:
    error = {"message": "Task not found or no longer available.", "code": code}

    assert hear_error(404, error) == Absent()
    assert hear_error(404, {"code": code}) == Absent()


@pytest.mark.parametrize(
    "error",
    [
        "Task not found or no longer available.",
        {"message": "Task not found"},
        {"message": "Task not found or no longer available.", "code": None},
        {"message": "Task not found or no longer available.", "code": 404},
    ],
    ids=str,
)
def test_a_404_without_a_code_is_known_by_its_words(error: object) -> None:
    assert hear_error(404, error) == Absent()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<h1>Not Found</h1>", b"404 page not found", b"{}", b"null", b"[]",
        b'{"detail": "Not Found"}', b'{"message": "Task not found"}', b'"Task not found"',
        b'{"code": "async_task_not_found"}',
    ],
)  # fmt: skip
def test_a_gateway_s_404_says_nothing_about_the_task(body: bytes) -> None:
    assert hear(body, 404) == Nonsense("HTTP 404")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("model_not_found", "HTTP 404 model_not_found"),
        ("not_found", "HTTP 404 not_found"),
        ("", "HTTP 404"),
        (404, "HTTP 404"),
        (True, "HTTP 404"),
        ([], "HTTP 404"),
        ({}, "HTTP 404"),
        ([1], "HTTP 404"),
        (["async_task_not_found"], "HTTP 404"),
        ("ASYNC TASK!", "HTTP 404"),
    ],
)
def test_a_404_about_something_else_is_nonsense_that_names_its_code(code: object, why: str) -> None:
    assert hear_error(404, {"message": "no", "code": code}) == Nonsense(why)


@pytest.mark.parametrize(
    "error", ["Not Found", True, 1, ["x"], {}, {"message": "No route"}], ids=str
)
def test_a_framework_s_404_says_nothing_about_the_task(error: object) -> None:
    body = json.dumps({"status": 404, "error": error, "path": "/x"}).encode()

    assert hear(body, 404) == Nonsense("HTTP 404")


@pytest.mark.parametrize(
    "status", [100, 201, 202, 204, 206, 301, 302, 304, 307, 308, 405, 410, 451]
)
def test_any_status_that_is_not_documented_is_nonsense_that_names_it(status: int) -> None:
    assert hear(FAILED.replace(b'"No."', b"null"), status) == Nonsense(f"HTTP {status}")


@pytest.mark.parametrize("status", [s for s in range(100, 600) if s not in {200, 404}])
def test_an_absent_task_is_a_404_and_nothing_else(status: int) -> None:
    answer: Answer = hear_error(
        status, {"code": "async_task_not_found", "message": "Task not found"}
    )

    assert answer != Absent()
