"""What LemonData's answers say, in every shape that its documentation has shown."""

from typing import Any

import pytest

from app.tasks.status import Status
from app.upstream.answer import Cancelled, Finished, Image, Nonsense, Refused, Unfinished
from app.upstream.decode import LONGEST_MODEL, LONGEST_PROMPT, LONGEST_REASON
from tests.unit.upstream.responses import hear_ok

DONE: dict[str, Any] = {"status": "completed", "data": [{"url": "https://x/1.png"}]}


@pytest.mark.parametrize("word", ["pending", "processing"])
def test_a_live_task_is_unfinished(word: str) -> None:
    placeholder = {"url": "", "revised_prompt": "A lemon."}

    answer = hear_ok(created=1780000000, task_id="img_1", status=word, data=[placeholder])

    assert answer == Unfinished(Status(word))


def test_the_newer_fields_tell_progress_and_model_and_change_nothing_else() -> None:
    answer = hear_ok(
        id="img_1", task_id="img_1", status="processing", progress=40, model="flux-pro",
        poll_url="/v1/images/generations/ldtask_1", created_at=1, updated=2, cancelled=False,
    )  # fmt: skip

    assert answer == Unfinished(Status.PROCESSING, 40, "flux-pro")


@pytest.mark.parametrize(
    ("told", "progress"), [(0, 0), (0.9, 0), (1, 1), (33.4, 33), (99.9, 99), (100, 100), (1e2, 100)]
)
def test_progress_is_told_in_whole_per_cent(told: float, progress: int) -> None:
    assert hear_ok(status="pending", progress=told) == Unfinished(Status.PENDING, progress)


@pytest.mark.parametrize("name", ["id", "task_id"])
@pytest.mark.parametrize(
    "of", ["img_2", "", "IMG_1", " img_1", 1, 0, False, ["img_1"], {}], ids=repr
)
def test_an_answer_about_another_task_is_nonsense(name: str, of: object) -> None:
    assert hear_ok(**DONE, **{name: of}) == Nonsense("another task's answer")


def test_an_answer_whose_ids_are_both_another_s_is_nonsense() -> None:
    assert hear_ok(**DONE, id="img_2", task_id="img_2") == Nonsense("another task's answer")


@pytest.mark.parametrize(
    "ids",
    [
        {},
        {"id": "img_1"},
        {"task_id": "img_1"},
        {"id": "img_1", "task_id": "img_1"},
        {"id": "gen_77", "task_id": "img_1"},
        {"id": "img_1", "task_id": "job_77"},
        {"id": 77, "task_id": "img_1"},
        {"id": None, "task_id": "img_1"},
        {"id": None, "task_id": None},
    ],
    ids=str,
)
def test_one_id_that_is_the_task_s_is_enough_and_none_is_needed(ids: dict[str, object]) -> None:
    assert isinstance(hear_ok(**DONE, **ids), Finished)


def test_a_completed_task_has_its_images_in_order() -> None:
    answer = hear_ok(
        status="completed",
        model="flux-pro",
        data=[
            {"url": "https://x/1.png", "revised_prompt": "A lemon."},
            {"url": "https://x/2.png", "revised_prompt": None},
            {"url": "https://x/3.png"},
        ],
    )

    images = (
        Image("https://x/1.png", "A lemon.", 0),
        Image("https://x/2.png", None, 1),
        Image("https://x/3.png", None, 2),
    )
    assert answer == Finished(images, (), "flux-pro")


def test_an_image_without_a_url_is_left_out_and_the_others_keep_their_places() -> None:
    urls: list[Any] = ["", None, 7, " ", "https://x/5.png"]

    answer = hear_ok(status="completed", data=["odd", *({"url": url} for url in urls)])

    assert answer == Finished((Image("https://x/5.png", None, 5),))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param("Content policy", "Content policy", id="a string, as documented"),
        pytest.param({"message": "Too odd", "code": "x"}, "Too odd", id="an object, as seen"),
        pytest.param({"code": "x"}, "LemonData gave no reason", id="an object without a message"),
        pytest.param({"message": 5}, "LemonData gave no reason", id="a message that is no text"),
        pytest.param({}, "LemonData gave no reason", id="an empty object"),
        pytest.param(None, "LemonData gave no reason", id="null"),
        pytest.param("  ", "LemonData gave no reason", id="blank"),
        pytest.param(["a"], "LemonData gave no reason", id="a list"),
        pytest.param(5, "LemonData gave no reason", id="a number"),
        pytest.param(True, "LemonData gave no reason", id="a flag"),
        pytest.param("no\0 way \ud800", "no way ?", id="what no database holds"),
    ],
)
def test_a_failed_task_says_why(error: object, reason: str) -> None:
    assert hear_ok(status="failed", data=[], error=error) == Refused(reason)


def test_a_failed_task_without_an_error_is_failed_all_the_same() -> None:
    assert hear_ok(status="failed") == Refused("LemonData gave no reason")


def test_a_failed_task_with_a_url_is_failed_all_the_same() -> None:
    assert hear_ok(**DONE | {"status": "failed"}) == Refused("LemonData gave no reason")


@pytest.mark.parametrize(
    "words",
    [
        {"cancelled": True},
        {"cancellation_status": "cancelled"},
        {"cancelled": True, "cancellation_status": "cancelled"},
        {"cancelled": False, "cancellation_status": "cancelled"},
    ],
    ids=["flag", "word", "both", "at odds"],
)
def test_a_task_cancelled_before_it_ran_is_cancelled_and_not_failed(words: dict[str, Any]) -> None:
    assert hear_ok(status="failed", error="Stopped", **words) == Cancelled("Stopped")
    assert hear_ok(status="failed", error={"message": "Stop"}, **words) == Cancelled("Stop")


def test_a_cancelled_task_needs_no_reason() -> None:
    assert hear_ok(status="failed", cancelled=True) == Cancelled("cancelled at LemonData")


@pytest.mark.parametrize(
    "words", [{"cancelled": True}, {"cancellation_status": "cancelled"}], ids=str
)
def test_a_task_is_cancelled_only_when_it_failed(words: dict[str, object]) -> None:
    assert isinstance(hear_ok(status="processing", **words), Unfinished)
    assert isinstance(hear_ok(**DONE, **words), Finished)
    assert isinstance(hear_ok(**words), Nonsense)


def test_text_is_cleaned_of_what_no_database_holds() -> None:
    item = {"url": "https://x/\0a.png", "revised_prompt": "half \ud83c of a pair\0"}

    answer = hear_ok(status="completed", data=[item], model="fl\0ux \udfff")

    assert answer == Finished((Image("https://x/a.png", "half ? of a pair", 0),), (), "flux ?")


def test_text_is_cut_to_what_the_tables_hold() -> None:
    image = {"url": "https://x/a.png", "revised_prompt": "p" * 9000}

    done = hear_ok(status="completed", data=[image], model="m" * 9000)
    live = hear_ok(status="pending", model="m" * 9000)
    refused = hear_ok(status="failed", error="e" * 9000)
    cancelled = hear_ok(status="failed", cancelled=True, error="e" * 9000)

    prompt, model = "p" * LONGEST_PROMPT, "m" * LONGEST_MODEL
    assert done == Finished((Image("https://x/a.png", prompt, 0),), (), model)
    assert live == Unfinished(Status.PENDING, None, model)
    assert refused == Refused("e" * LONGEST_REASON)
    assert cancelled == Cancelled("e" * LONGEST_REASON)
