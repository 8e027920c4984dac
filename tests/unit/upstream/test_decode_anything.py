"""Whatever comes, decoding yields an answer, and only a terminal word ends a task."""

import json
import string
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.upstream.answer import (
    Absent,
    Answer,
    Cancelled,
    Denied,
    Finished,
    Nonsense,
    NotAsked,
    Outage,
    Paused,
    Refused,
    Rejected,
    Unfinished,
)
from tests.unit.upstream.responses import hear

URL = "https://x/1.png"
TEXT = st.text(st.characters(codec=None), max_size=12)
# What is often there, and what is seldom thought of; shared, for drawing one is cheap.
ODDITIES: list[Any] = [
    None, True, False, 0, 1, -1, 40, 100.5, 10**400, float("nan"), float("inf"), [], {}, [[]], [None],
    "pending", "processing", "completed", "failed", "cancelled", "img_1", "img_2", URL, "", " ", "\0",
    "\ud800", "async_task_not_found", "Task not found", [URL], [5, URL], {"url": URL}, [{"url": URL}],
    {"url": {"url": URL}}, {"message": "No."}, {"message": ["\udfff"]}, {"status": "failed"},
]  # fmt: skip
VALUES = st.sampled_from(ODDITIES) | st.sampled_from(ODDITIES) | st.floats() | TEXT
JSON: st.SearchStrategy[Any] = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
ERROR = st.dictionaries(
    st.sampled_from(["message", "type", "code", "retry_after"]), VALUES, max_size=3
)
LINK = st.dictionaries(st.sampled_from(["url", "revised_prompt"]), VALUES, max_size=2)
LINKS = st.lists(LINK, max_size=2)
# Objects with the keys that decoding looks at, which chance alone would hardly ever find.
FIELDS = ["id", "task_id", "progress", "model", "cancelled", "cancellation_status", "error", "data",
          "video", "videos", "video_url", "audio_url", "model_url", "glb_url", "fbx_url"]  # fmt: skip
ANSWERS = st.builds(
    lambda status, data, error, others: {"status": status, "data": data, "error": error} | others,
    st.sampled_from(["completed", "completed", "failed", "failed", "processing"]) | VALUES,
    LINKS | VALUES,
    ERROR | VALUES,
    st.dictionaries(st.sampled_from(FIELDS), VALUES | LINK | LINKS, max_size=3),
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "content-length", "date", "retry-after", "x-ratelimit-reset"]),
    st.text(max_size=30)
    | st.integers().map(str)
    | st.text(string.digits + "SunNovGMT:,+- ", max_size=40)
    | st.sampled_from(["Sun, 22 Nov 2026 12:00:00 GMT", "Sun, 99 Foo 0 25:61 +9999", "text/html"]),
)
# Beginnings of what a body may be, so that chance gets past the first byte.
BODIES = st.binary(max_size=60) | st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(
        [
            b"{",
            b'{"status": "failed"}',
            b'{"status": "completed", "data": [{"url": "',
            b"<html>",
            b"\xef\xbb\xbf",
        ]
    ),
    st.binary(max_size=30),
)
STATUSES = st.sampled_from([200, 400, 401, 402, 403, 404, 429, 500, 503]) | st.integers(0, 1000)


def runs(examples: int) -> settings:
    """Try so many examples, however slow the machine is."""
    return settings(max_examples=examples, deadline=None)


def texts_of(answer: Answer) -> list[str]:
    """Return all texts that an answer would have us store."""
    match answer:
        case Finished(images, assets, model):
            links = [*(image.url for image in images), *(asset.url for asset in assets)]
            prompts = [image.revised_prompt for image in images]
            return [text for text in (*links, *prompts, model) if text is not None]
        case Unfinished(model=model):
            return [model] if model is not None else []
        case Refused(why) | Cancelled(why) | Rejected(why) | Nonsense(why):
            return [why]
        case Denied(why) | Outage(why) | NotAsked(why):
            return [why]
        case Absent() | Paused():
            return []


@runs(600)
@given(st.binary())
@example(b"\xef\xbb\xbf{}")
@example(b"\x00\x00\xfe\xff")
def test_bytes_that_are_not_json_are_nonsense(body: bytes) -> None:
    assert hear(b"<" + body) == Nonsense("not a JSON object")


@runs(3000)
@given(STATUSES, BODIES, HEADERS, st.booleans())
@example(201, b'{"status": "failed"}', {}, False)
@example(404, b'{"status": "completed", "data": [{"url": "u"}]}', {}, False)
def test_no_bytes_and_no_header_stop_us_and_none_but_a_200_tells_of_an_end(
    status: int, body: bytes, headers: dict[str, str], is_cut: bool
) -> None:
    answer = hear(body, status, headers, is_cut=is_cut)

    if status != 200 or is_cut:
        assert not isinstance(answer, Finished | Refused | Cancelled | Unfinished)
    assert isinstance(answer, Absent) <= (status == 404)
    assert not isinstance(answer, NotAsked)


@runs(2000)
@given(STATUSES, ERROR.map(lambda error: {"error": error}) | ANSWERS, HEADERS)
def test_under_another_status_no_json_tells_of_an_end(
    status: int, body: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = hear(json.dumps(body).encode(), status, headers)

    if status != 200:
        assert not isinstance(answer, Finished | Refused | Cancelled | Unfinished)
    assert isinstance(answer, Denied) <= (status in {401, 402, 403})
    assert isinstance(answer, Paused) == (status == 429)
    assert isinstance(answer, Rejected) <= (status == 400)
    if not body.get("error"):  # Whoever says so without the envelope, it is not LemonData.
        assert not isinstance(answer, Absent | Rejected | Denied) or status == 401
    if isinstance(answer, Absent):
        assert "not_found" in str(body) or "Task not found" in str(body)


@runs(1000)
@given(JSON)
def test_no_json_stops_us(body: Any) -> None:
    answer = hear(json.dumps(body).encode())

    if not isinstance(body, dict):
        assert answer == Nonsense("not a JSON object")
    assert isinstance(answer, Finished | Refused | Cancelled | Unfinished | Nonsense)


@runs(4000)
@given(ANSWERS)
def test_only_a_terminal_word_ends_a_task(body: dict[str, Any]) -> None:
    word = body["status"]

    match hear(json.dumps(body).encode()):
        case Refused():
            assert word == "failed"
            assert body.get("cancelled") is not True
        case Finished(images, assets):
            assert word == "completed"
            assert images or assets
            assert all(image.url.strip() for image in images)
            assert all(asset.url.strip() for asset in assets)
        case Cancelled():
            assert word == "failed"
            assert body.get("cancelled") is True or "cancelled" in str(
                body.get("cancellation_status")
            ).replace("\0", "")
        case Unfinished(status, progress):
            assert word == status.value
            assert progress is None or 0 <= progress <= 100
        case Nonsense(why):
            assert why
        case other:
            raise AssertionError(f"a 200 cannot say {other}")


@runs(1000)
@given(ANSWERS)
def test_what_is_read_can_be_stored(answer: dict[str, Any]) -> None:
    # No NUL; and encoding raises on half of a surrogate pair.
    for text in texts_of(hear(json.dumps(answer).encode())):
        assert "\0" not in text
        assert text == text.encode().decode()


@runs(600)
@given(STATUSES, ERROR)
def test_what_is_wrong_can_be_stored(status: int, error: dict[str, Any]) -> None:
    for text in texts_of(hear(json.dumps({"error": error}).encode(), status)):
        assert "\0" not in text
        assert text == text.encode().decode()
