"""A field of a wrong type spoils nothing but itself."""

from typing import Any

import pytest

from app.tasks.status import Status
from app.upstream.answer import Answer, Asset, Finished, Image, Refused, Unfinished
from tests.unit.upstream.responses import hear, hear_ok

NUMBERS = [0, 1, -1, 1.5, 10**400, -(10**400), 1e308, float("inf"), float("nan")]
FLAGS = [True, False]
TEXTS = ["", " ", "\0", "\ud800", "40", "true", "cancelled\0ish", "x" * 100_000]
DEEP: Any = []
for _ in range(300):
    DEEP = [DEEP]
LISTS: list[Any] = [[], [None], [[]], [""], [{}], [5, True], DEEP]
OBJECTS: list[Any] = [{}, {"url": None}, {"url": 5}, {"url": {"url": "u"}}, {"a": DEEP}]

ANY = [None, *NUMBERS, *FLAGS, *TEXTS, *LISTS, *OBJECTS]
NO_TEXT = [None, *NUMBERS, *FLAGS, "", " ", "\0", *LISTS, *OBJECTS]
# For each optional field what is not of its type.
WRONG: dict[str, list[Any]] = {
    "progress": [-0.1, 101, *(v for v in ANY if type(v) not in {int, float} or not 0 <= v <= 100)],
    "model": NO_TEXT,
    "cancelled": [v for v in ANY if v is not True],
    "cancellation_status": ANY,
    "video_url": NO_TEXT,
    "video": ANY,
    "videos": [*ANY, [{"url": []}, None, 5, [["u"]], ""]],
    "audio_url": NO_TEXT,
    "model_url": NO_TEXT,
    "glb_url": NO_TEXT,
    "fbx_url": NO_TEXT,
    # None of these is read, so each may be anything.
    "created": ANY,
    "poll_url": ANY,
    "title": ANY,
    "\ud800": ANY,
}
CASES = [
    pytest.param(name, value, id=f"{name}-{number}".encode("ascii", "replace").decode())
    for name, values in WRONG.items()
    for number, value in enumerate(values)
]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_field_of_a_wrong_type_never_spoils_the_answer(name: str, value: Any) -> None:
    image = {"url": "https://x/1.png", "revised_prompt": "A lemon."}

    assert hear_ok(status="processing", **{name: value}) == Unfinished(Status.PROCESSING)
    assert hear_ok(status="failed", error="No.", **{name: value}) == Refused("No.")
    assert hear_ok(status="completed", data=[image], **{name: value}) == Finished(
        (Image("https://x/1.png", "A lemon.", 0),)
    )


@pytest.mark.parametrize("data", ANY, ids=range(len(ANY)))
def test_data_of_a_wrong_type_spoils_neither_a_live_nor_a_failed_task(data: Any) -> None:
    assert hear_ok(status="pending", data=data) == Unfinished(Status.PENDING)
    assert hear_ok(status="failed", data=data, error="No.") == Refused("No.")
    assert hear_ok(status="completed", data=data, audio_url="https://x/a.mp3") == Finished(
        (), (Asset("audio", "https://x/a.mp3"),)
    )


@pytest.mark.parametrize("prompt", NO_TEXT, ids=range(len(NO_TEXT)))
def test_a_prompt_of_a_wrong_type_leaves_the_image_its_url(prompt: Any) -> None:
    image = {"url": "https://x/1.png", "revised_prompt": prompt}

    assert hear_ok(status="completed", data=[image]) == Finished(
        (Image("https://x/1.png", None, 0),)
    )


@pytest.mark.parametrize("odd", ANY, ids=range(len(ANY)))
def test_an_odd_image_among_good_ones_is_passed_over(odd: Any) -> None:
    image = {"url": "https://x/1.png"}

    assert hear_ok(status="completed", data=[odd, image, {"url": None}]) == Finished(
        (Image("https://x/1.png", None, 1),)
    )


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"status": "failed"}',
        b' \r\n\t{"status": "failed"} \n',
        '{"status": "failed"}'.encode("utf-16"),
        '{"status": "failed"}'.encode("utf-32-le"),
        b'{"status": "pending", "status": "failed"}',
        b'{"status": "f\\u0061iled"}',
        b'{"status": "failed", "x": NaN, "y": -Infinity, "z": 1e999999}',
        b'{"status": "failed", "x": ' + b"1" * 4000 + b"}",
        b'{"status": "failed", "x": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"status": "failed", "\\ud800": "\\udfff", "": 1}',
        b'{"status": "failed", "x": "' + b"y" * 500_000 + b'"}',
    ],
    ids=[
        "a BOM", "white space", "UTF-16", "UTF-32", "a key twice", "an escape", "not numbers",
        "a long number", "deep nesting", "halves of pairs", "half a megabyte",
    ],
)  # fmt: skip
def test_an_unusual_way_to_write_an_answer_is_read_all_the_same(body: bytes) -> None:
    assert hear(body) == Refused("LemonData gave no reason")


FORMS: list[tuple[dict[str, Any], Answer]] = [
    ({"message": "No.", "retry_after": {}}, Refused("No.")),
    ({"message": "No.", "type": 5, "code": []}, Refused("No.")),
    ({"message": "No.", "param": DEEP, "hint": "\ud800", "retryable": "x"}, Refused("No.")),
]


@pytest.mark.parametrize(("error", "answer"), FORMS)
def test_odd_fields_of_the_error_leave_it_its_message(error: Any, answer: Answer) -> None:
    assert hear_ok(status="failed", error=error) == answer
