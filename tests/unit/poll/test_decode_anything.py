"""Whatever comes, decoding yields an answer, and only a terminal word ends a task."""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.poll.answer import Absent, Answer, Cancelled, Fault, Finished, Refused, Unfinished
from app.poll.decode import decode
from tests.build import NOW

TEXT = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["pending", "processing", "completed", "failed", "cancelled", "https://x/1.png", "", "\0"]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
# Objects with the keys that decoding looks at, which chance alone would hardly ever find.
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "status": JSON,
        "data": st.lists(st.fixed_dictionaries({"url": JSON, "revised_prompt": JSON})) | JSON,
        "error": st.fixed_dictionaries({"message": JSON}) | JSON,
        "cancelled": JSON,
        "cancellation_status": JSON,
    },
)
BOUNDED = settings(max_examples=200, deadline=None)


def decode_ok(body: bytes) -> Answer:
    return decode(200, body, of="img_1", retry_after=None, now=NOW)


@BOUNDED
@given(st.binary())
@example(b"\xef\xbb\xbf{}")
@example(b"\x00\x00\xfe\xff")
def test_bytes_that_are_not_json_are_a_fault(body: bytes) -> None:
    assert isinstance(decode_ok(b"<" + body), Fault)


@BOUNDED
@given(st.integers(100, 599), st.binary(), st.text() | st.none())
def test_no_bytes_and_no_header_stop_us(status: int, body: bytes, retry_after: str | None) -> None:
    answer = decode(status, body, of="img_1", retry_after=retry_after, now=NOW)

    assert not isinstance(answer, Finished | Refused | Cancelled)


@BOUNDED
@given(ANSWERS | JSON)
def test_only_a_terminal_word_ends_a_task(answer: Any) -> None:
    known = answer.get("status") if isinstance(answer, dict) else None
    cancelled = isinstance(answer, dict) and (
        answer.get("cancelled") is True or answer.get("cancellation_status") == "cancelled"
    )

    match decode_ok(json.dumps(answer).encode()):
        case Refused():
            assert known == "failed"
        case Finished():
            assert known == "completed"
        case Cancelled():
            assert known == "failed"
            assert cancelled
        case Unfinished(status):
            assert known == status.value
        case Fault(why):
            assert why
        case Absent():
            raise AssertionError("an answer of 200 cannot say that the task is absent")


@BOUNDED
@given(ANSWERS)
def test_what_is_read_can_be_stored(answer: dict[str, Any]) -> None:
    match decode_ok(json.dumps(answer).encode()):
        case Finished(images):
            texts = [text for image in images for text in (image.url, image.revised_prompt or "")]
        case Refused(reason) | Cancelled(reason):
            texts = [reason]
        case _:
            texts = []

    # No NUL; and encoding raises on half of a surrogate pair.
    assert all("\0" not in text and text.encode() is not None for text in texts)
