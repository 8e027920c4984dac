"""What LemonData's answers say, in every shape that its documentation has shown."""

import json
from typing import Any

import pytest

from app.poll.answer import Answer, Cancelled, Fault, Finished, Image, Refused, Unfinished
from app.poll.decode import LONGEST_PROMPT, LONGEST_REASON, decode
from app.tasks.status import Status
from tests.build import NOW


def decode_ok(**answer: Any) -> Answer:
    return decode(200, json.dumps(answer).encode(), of="img_1", retry_after=None, now=NOW)


@pytest.mark.parametrize("word", ["pending", "processing"])
def test_a_live_task_is_unfinished(word: str) -> None:
    placeholder = {"url": "", "revised_prompt": "A lemon."}

    answer = decode_ok(created=1780000000, task_id="img_1", status=word, data=[placeholder])

    assert answer == Unfinished(Status(word))


def test_the_newer_fields_change_nothing() -> None:
    answer = decode_ok(
        id="img_1", task_id="img_1", status="processing", progress=40, model="flux-pro",
        poll_url="/v1/images/generations/ldtask_1", created_at=1, updated=2, cancelled=False,
    )  # fmt: skip

    assert answer == Unfinished(Status.PROCESSING)


@pytest.mark.parametrize("name", ["id", "task_id"])
@pytest.mark.parametrize("of", ["img_2", 1, ["img_1"]], ids=str)
def test_an_answer_about_another_task_is_a_fault(name: str, of: object) -> None:
    done = {"status": "completed", "data": [{"url": "https://x/1.png"}], name: of}

    assert decode_ok(**done) == Fault("another task's answer")


def test_a_completed_task_has_its_images_in_order() -> None:
    answer = decode_ok(
        status="completed",
        data=[
            {"url": "https://x/1.png", "revised_prompt": "A lemon."},
            {"url": "https://x/2.png", "revised_prompt": None},
            {"url": "https://x/3.png"},
        ],
    )

    assert answer == Finished(
        (
            Image("https://x/1.png", "A lemon.", 0),
            Image("https://x/2.png", None, 1),
            Image("https://x/3.png", None, 2),
        )
    )


def test_an_image_without_a_url_is_left_out_and_the_others_keep_their_places() -> None:
    urls: list[Any] = ["", None, 7, " ", "https://x/5.png"]

    answer = decode_ok(status="completed", data=["odd", *({"url": url} for url in urls)])

    assert answer == Finished((Image("https://x/5.png", None, 5),))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param("Content policy", "Content policy", id="a string, as documented"),
        pytest.param({"message": "Too odd", "code": "x"}, "Too odd", id="an object, as seen"),
        pytest.param({"code": "x"}, "LemonData gave no reason", id="an object without a message"),
        pytest.param({"message": 5}, "LemonData gave no reason", id="a message that is no text"),
        pytest.param(None, "LemonData gave no reason", id="null"),
        pytest.param("  ", "LemonData gave no reason", id="blank"),
        pytest.param(["a"], "LemonData gave no reason", id="a list"),
        pytest.param("no\0 way \ud800", "no way ?", id="what no database holds"),
    ],
)
def test_a_failed_task_says_why(error: object, reason: str) -> None:
    assert decode_ok(status="failed", data=[], error=error) == Refused(reason)


def test_a_failed_task_without_an_error_is_failed_all_the_same() -> None:
    assert decode_ok(status="failed") == Refused("LemonData gave no reason")


@pytest.mark.parametrize(
    "words",
    [
        {"cancelled": True},
        {"cancellation_status": "cancelled"},
        {"cancelled": True, "cancellation_status": "cancelled"},
    ],
    ids=["flag", "word", "both"],
)
def test_a_task_cancelled_before_it_ran_is_cancelled_and_not_failed(words: dict[str, Any]) -> None:
    assert decode_ok(status="failed", error="Stopped", **words) == Cancelled("Stopped")


def test_a_cancelled_task_needs_no_reason() -> None:
    assert decode_ok(status="failed", cancelled=True) == Cancelled("cancelled at LemonData")


def test_text_is_cleaned_of_what_no_database_holds() -> None:
    item = {"url": "https://x/\0a.png", "revised_prompt": "half \ud83c of a pair\0"}

    answer = decode_ok(status="completed", data=[item])

    assert answer == Finished((Image("https://x/a.png", "half ? of a pair", 0),))


def test_text_is_cut_to_what_the_tables_hold() -> None:
    image = {"url": "https://x/a.png", "revised_prompt": "p" * 9000}

    done = decode_ok(status="completed", data=[image])
    refused = decode_ok(status="failed", error="e" * 9000)

    assert done == Finished((Image("https://x/a.png", "p" * LONGEST_PROMPT, 0),))
    assert refused == Refused("e" * LONGEST_REASON)
