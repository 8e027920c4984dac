"""An answer that is almost a documented one ends a task only where it says so itself."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.upstream.answer import Cancelled, Finished, Nonsense, Refused, Unfinished
from tests.unit.upstream.responses import hear

URL = "https://x/1.png"
DOCUMENTED: list[dict[str, Any]] = [
    {
        "created": 1780000000, "task_id": "img_1", "status": "completed",
        "data": [{"url": URL, "revised_prompt": "A lemon \U0001f34b."}],
    },
    {
        "created": 1780000000, "id": "img_1", "task_id": "img_1", "status": "completed",
        "progress": 100, "model": "kling", "video_url": URL, "completed_at": 1780000060,
        "video": {"url": URL, "duration": 5, "width": 1280, "height": 720},
    },
    {"task_id": "img_1", "status": "failed", "data": [], "error": "Content policy."},
    {
        "id": "img_1", "status": "failed", "cancelled": True, "cancellation_status": "cancelled",
        "error": {"message": "Cancelled.", "type": "lemondata_error", "code": "task_cancelled"},
    },
    {"task_id": "img_1", "status": "processing", "data": [{"url": "", "revised_prompt": "A"}]},
    {"task_id": "img_1", "status": "pending", "data": [], "progress": 0},
]  # fmt: skip
NAMES = ["image", "video", "failed", "cancelled", "processing", "pending"]
FIELDS = sorted({name for answer in DOCUMENTED for name in answer})
OF_ANOTHER_TYPE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -7,
        1.5,
        10**400,
        float("nan"),
        "",
        " ",
        "\0",
        "\ud800",
        [],
        {},
        [None],
    ]
) | st.text(max_size=8)
KNOWN = {"completed", "failed", "pending", "processing"}
WORDS = st.sampled_from(
    ["complete", "COMPLETED", "completed ", "succeeded", "success", "done", "finished", "fail", "FAILED",
     "failed\0", "error", "cancelled", "canceled", "expired", "queued", "running", "pending\n", ""]
) | st.text(max_size=10).filter(lambda text: text not in KNOWN)  # fmt: skip


def runs(examples: int) -> settings:
    """Try so many examples, however slow the machine is."""
    return settings(max_examples=examples, deadline=None)


@st.composite
def near_misses(draw: st.DrawFn) -> dict[str, Any]:
    """Take a documented answer, and take away, retype, rename and swap what it holds."""
    answer = dict(draw(st.sampled_from(DOCUMENTED)))
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(FIELDS))
        match draw(st.integers(0, 4)):
            case 0:
                answer.pop(name, None)
            case 1:
                answer[name] = draw(OF_ANOTHER_TYPE)
            case 2:
                answer[name.upper()] = answer.pop(name, None)
            case 3:
                answer[name] = draw(st.sampled_from(DOCUMENTED)).get(name)
            case _:
                answer = {"data": answer, "status": answer.get("status")}
    return answer


def written(answer: Any) -> bytes:
    """Write an answer as LemonData does: UTF-8, not escaped, where that can be."""
    text = json.dumps(answer, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


@runs(2500)
@given(near_misses())
@example({"status": "completed", "data": [{"url": " \0"}]})
def test_a_near_miss_ends_a_task_only_by_its_own_word(answer: dict[str, Any]) -> None:
    word = answer.get("status")
    ids = [answer[name] for name in ("id", "task_id") if answer.get(name) is not None]

    heard = hear(written(answer))

    match heard:
        case Finished(images, assets):
            assert word == "completed"
            assert all(image.url.strip() for image in images)
            assert all(asset.url.strip() for asset in assets)
            assert images or assets
        case Refused() | Cancelled():
            assert word == "failed"
        case Unfinished(status):
            assert word == status.value
        case _:
            assert isinstance(heard, Nonsense)
    if ids and "img_1" not in ids:
        assert heard == Nonsense("another task's answer")
    elif word == "failed":
        assert isinstance(heard, Refused | Cancelled)


@runs(800)
@given(st.sampled_from(DOCUMENTED), WORDS, st.booleans())
def test_a_word_that_is_not_documented_ends_nothing(
    answer: dict[str, Any], word: str, is_bare: bool
) -> None:
    body = {"status": word} if is_bare else answer | {"status": word}

    assert hear(written(body)) == Nonsense("an unknown status")


@runs(600)
@given(
    st.sampled_from(DOCUMENTED),
    st.text(max_size=12).filter(lambda other: other != "img_1")
    | st.sampled_from([1, True, [], {}]),
)
def test_another_task_s_answer_tells_nothing(answer: dict[str, Any], other: object) -> None:
    named = {name: other for name in ("id", "task_id") if name in answer}

    assert hear(written(answer | named)) == Nonsense("another task's answer")


@runs(250)
@given(near_misses() | st.sampled_from(DOCUMENTED), st.sampled_from([b"", b" \n", b"\n\t "]))
def test_an_answer_cut_short_at_any_length_ends_nothing(answer: dict[str, Any], end: bytes) -> None:
    whole = written(answer)

    for length in range(len(whole)):
        assert hear(whole[:length] + end) == Nonsense("not a JSON object")


@runs(500)
@given(near_misses() | st.sampled_from(DOCUMENTED), st.data())
def test_an_answer_with_one_byte_lost_or_changed_still_ends_only_by_its_word(
    answer: dict[str, Any], data: st.DataObject
) -> None:
    whole = bytearray(written(answer))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at : at + 1] = data.draw(st.binary(max_size=2))

    match hear(bytes(whole)):
        case Finished():
            assert b'"completed"' in whole
        case Refused() | Cancelled():
            assert b'"failed"' in whole
        case _:
            pass


@pytest.mark.parametrize("answer", DOCUMENTED, ids=NAMES)
@pytest.mark.parametrize(
    "around",
    ["<html>{}</html>", "{}<!-- x -->", "cb({})", "[{}]", "{}{}", "{},", "data: {}", "'{}'"],
)
def test_an_answer_inside_of_something_else_ends_nothing(
    answer: dict[str, Any], around: str
) -> None:
    body = around.replace("{}", json.dumps(answer)).encode()

    assert hear(body) == Nonsense("not a JSON object")


@pytest.mark.parametrize("answer", DOCUMENTED, ids=NAMES)
@pytest.mark.parametrize("content_type", ["text/html", "Text/HTML;charset=x", "application/json"])
def test_a_page_or_a_cut_body_ends_nothing_whatever_it_holds(
    answer: dict[str, Any], content_type: str
) -> None:
    headers = {"content-type": content_type}

    assert hear(written(answer), headers=headers, is_cut=True) == Nonsense("an answer too large")
    if "html" in content_type.lower():
        assert hear(written(answer), headers=headers) == Nonsense("an HTML page")
