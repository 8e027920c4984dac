"""Every row of LemonData's table of errors."""

from typing import Any

import pytest

from app.upstream.answer import Answer, Denied, Nonsense, Outage, Paused, Rejected
from app.upstream.decode import LONGEST_REASON
from tests.build import SECOND
from tests.unit.upstream.responses import hear, hear_error


def envelope(code: str, **fields: Any) -> dict[str, Any]:
    """Make an error as documented."""
    return {"message": "Said why.", "type": "lemondata_error", "code": code, **fields}


TABLE: list[tuple[int, dict[str, Any], Answer]] = [
    (400, envelope("invalid_request", param="id"), Rejected("Said why.")),
    (401, envelope("invalid_api_key"), Denied("HTTP 401 invalid_api_key", certain=True)),
    (401, envelope("expired_api_key"), Denied("HTTP 401 expired_api_key", certain=True)),
    (402, envelope("insufficient_quota"), Denied("HTTP 402 insufficient_quota", certain=False)),
    (403, envelope("access_denied"), Denied("HTTP 403 access_denied", certain=False)),
    (408, envelope("timeout"), Outage("HTTP 408 timeout")),
    (409, envelope("conflict"), Outage("HTTP 409 conflict")),
    (425, envelope("too_early"), Outage("HTTP 425 too_early")),
    (429, envelope("rate_limit_exceeded"), Paused()),
    (429, envelope("rate_limit_exceeded", retry_after=30), Paused(30 * SECOND)),
    (500, envelope("internal_error", retryable=True), Outage("HTTP 500 internal_error")),
    (502, envelope("upstream_error", retryable=True), Outage("HTTP 502 upstream_error")),
    (503, envelope("all_channels_failed"), Outage("HTTP 503 all_channels_failed")),
    (
        503,
        envelope("all_channels_failed", retry_after=12),
        Outage("HTTP 503 all_channels_failed", 12 * SECOND),
    ),
    (504, envelope("timeout_error", hint="Again."), Outage("HTTP 504 timeout_error")),
    (520, envelope("web_server_error"), Outage("HTTP 520 web_server_error")),
    (599, envelope("network"), Outage("HTTP 599 network")),
]


@pytest.mark.parametrize(("status", "error", "answer"), TABLE, ids=[repr(row[2]) for row in TABLE])
def test_each_error_of_the_table_means_what_the_table_says(
    status: int, error: dict[str, Any], answer: Answer
) -> None:
    assert hear_error(status, error) == answer


BODIES = [
    b"",
    b"<html><body>Denied by the gateway</body></html>",
    b"{}",
    b"null",
    b'{"error": null}',
    b'{"error": {}}',
    b'{"error": ["x"]}',
    b'{"error": {"message": "  ", "code": 5}}',
    b'{"message": "Forbidden"}',
    b'{"status": "failed", "error": {"cod',
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (400, Nonsense("HTTP 400")),
        (401, Denied("HTTP 401", certain=True)),
        (402, Nonsense("HTTP 402")),
        (403, Nonsense("HTTP 403")),
        (408, Outage("HTTP 408")),
        (409, Outage("HTTP 409")),
        (425, Outage("HTTP 425")),
        (429, Paused()),
        (500, Outage("HTTP 500")),
        (502, Outage("HTTP 502")),
        (503, Outage("HTTP 503")),
        (504, Outage("HTTP 504")),
    ],
)
def test_without_the_envelope_no_one_is_denied_or_rejected_by_a_gateway(
    status: int, body: bytes, answer: Answer
) -> None:
    assert hear(body, status, {"content-type": "text/html"}) == answer
    assert hear(body, status) == answer


@pytest.mark.parametrize(
    "status", [201, 204, 301, 400, 401, 402, 403, 408, 409, 410, 425, 429, 500, 502, 503, 504]
)
def test_a_404_s_code_and_a_failed_s_word_mean_nothing_under_another_status(status: int) -> None:
    body = b'{"status": "failed", "error": {"code": "async_task_not_found"}}'
    why = f"HTTP {status} async_task_not_found"
    answers: dict[int, Answer] = {
        400: Rejected(why),
        401: Denied(why, certain=True),
        402: Denied(why, certain=False),
        403: Denied(why, certain=False),
        429: Paused(),
        **dict.fromkeys((408, 409, 425, 500, 502, 503, 504), Outage(why)),
    }

    assert hear(body, status) == answers.get(status, Nonsense(why))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("No such id.", "No such id."),
        ({"message": "No such id."}, "No such id."),
        ({"code": "bad_id"}, "HTTP 400 bad_id"),
        ({"type": "invalid_request_error"}, "HTTP 400"),
        ({"message": " \0", "code": "bad_id"}, "HTTP 400 bad_id"),
        ({"message": "half \ud83c\0", "code": "BAD ID"}, "half ?"),
        ("e" * 9000, "e" * LONGEST_REASON),
    ],
    ids=["text", "object", "code alone", "type alone", "blank", "unstorable", "long"],
)
def test_a_rejection_says_why(error: object, reason: str) -> None:
    assert hear_error(400, error) == Rejected(reason)


@pytest.mark.parametrize(
    "code",
    [
        "Busy",
        "too busy",
        "x" * 61,
        "a\nb",
        "busy\n",
        "b\u00fcsy",
        "\ud800",
        "",
        " ",
        5,
        None,
        True,
        [],
        {},
    ],
    ids=ascii,
)
def test_a_code_that_is_no_plain_word_is_not_repeated(code: object) -> None:
    expected = "HTTP 502 busy" if code == "busy\n" else "HTTP 502"

    assert hear_error(502, {"message": "Wait.", "code": code}) == Outage(expected)


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500, 503])
def test_what_is_wrong_never_repeats_the_message_which_could_hold_a_key(status: int) -> None:
    error = {"message": "Incorrect API key provided: sk-secret", "code": "invalid_api_key"}

    assert "sk-secret" not in repr(hear_error(status, error))
