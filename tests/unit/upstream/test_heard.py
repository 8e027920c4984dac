"""What is heard beside the answer: the allowance, and the evidence where the answer was odd."""

from collections.abc import Mapping

import pytest
from pydantic import SecretStr

from app.upstream.answer import Absent, Answer, Outage
from app.upstream.heard import Heard, no_response, nothing_heard
from app.upstream.heard import hear as heard_of
from app.upstream.port import Response, Unanswered
from app.upstream.quota import NOTHING_SAID, Quota
from tests.build import NOW, SECOND

LIMITS = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}


def hear(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Heard:
    """Hear such a response."""
    response = Response(status=status, body=body, headers=headers or {})
    return heard_of(response, key=SecretStr("sk-secret"), of="t1", now=NOW)


@pytest.mark.parametrize("why", ["timeout", "ConnectError", "ReadError"])
def test_no_response_is_an_outage_that_says_why_and_no_more(why: str) -> None:
    assert no_response(Unanswered(why)) == Heard(answer=Outage(why))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"status": "pending"}'),
        (404, b'{"error": {"code": "async_task_not_found"}}'),
        (401, b""),
        (429, b"<html>"),
    ],
)
def test_what_lemondata_says_of_the_allowance_is_heard(status: int, body: bytes) -> None:
    assert hear(status, body, LIMITS).quota == Quota(limit=60, pause=30 * SECOND)
    assert hear(status, body).quota == NOTHING_SAID


@pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (404, b""), (502, b""), (301, b"")])
def test_what_a_gateway_says_of_an_allowance_is_about_something_else(
    status: int, body: bytes
) -> None:
    assert hear(status, body, LIMITS).quota == NOTHING_SAID


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": "pending"}',
        b'{"status": "processing", "data": [{"url": ""}]}',
        b'{"status": "completed", "data": [{"url": "https://x/1.png"}]}',
        b'{"status": "failed", "error": "No."}',
    ],
)
def test_a_good_answer_leaves_no_evidence(body: bytes) -> None:
    assert hear(200, body).evidence is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>"),
        (200, b'{"status": "archived"}'),
        (200, b'{"status": "completed"}'),
        (302, b""),
        (400, b'{"error": "No such id."}'),
        (401, b'{"error": {"code": "invalid_api_key"}}'),
        (403, b"<html>"),
        (404, b'{"error": {"code": "async_task_not_found"}}'),
        (404, b"<html>"),
        (429, b"{}"),
        (503, b"busy"),
    ],
)
def test_an_odd_answer_leaves_evidence(status: int, body: bytes) -> None:
    evidence = hear(status, body, {"content-type": "text/plain"}).evidence

    assert evidence is not None
    assert (evidence.status_code, evidence.content_type) == (status, "text/plain")
    assert evidence.body == body.decode()


def test_evidence_never_shows_the_key_that_an_answer_repeats() -> None:
    heard = hear(500, b"You sent: Authorization: Bearer sk-secret, X-Key: sk-secret!")

    assert heard.evidence is not None
    assert heard.evidence.body.startswith("You sent")
    assert "sk-secret" not in repr(heard)


def test_where_nothing_was_asked_nothing_is_said() -> None:
    heard = nothing_heard("the account is paused")
    nothing: Answer = heard.answer

    assert nothing != Absent()
    assert (heard.quota, heard.evidence) == (NOTHING_SAID, None)


def test_another_task_s_answer_leaves_none_for_it_may_be_somebody_else_s() -> None:
    assert hear(200, b'{"id": "t2", "status": "failed"}').evidence is None
