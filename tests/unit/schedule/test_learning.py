"""The policy that learns looks as its plans say, and says why."""

from datetime import timedelta

import pytest

from app.schedule.cold import lognormal
from app.schedule.forecast import Book
from app.schedule.learning import Learning
from app.schedule.policy import Standing

CURVE = lognormal(60, 0.42)
BOOK = Book(3.0, 30.0).with_curves({("image", "flux-pro"): CURVE})
PLAN = BOOK.of("image", "flux-pro").plan
LEARNING = Learning(BOOK)
SECOND = timedelta(seconds=1)
STANDING = Standing(kind="image", model="flux-pro", age=60 * SECOND, polls=2, price=0.2)


def test_the_wait_is_that_of_the_plan_at_this_age_and_price() -> None:
    wait = LEARNING.wait("image", "flux-pro", age=60 * SECOND, polls=2, price=0.2)

    assert wait.total_seconds() == round(PLAN.wait(60, 0.2), 6)


def test_the_first_look_is_at_the_plan_s_age() -> None:
    new = STANDING._replace(age=timedelta(), polls=0)

    assert LEARNING.first(new).total_seconds() == round(PLAN.first(0.2), 6)
    assert LEARNING.first(new._replace(age=4 * SECOND)) == LEARNING.first(new) - 4 * SECOND


def test_a_scout_looks_first_at_half_of_it_and_says_so() -> None:
    blind = BOOK.with_curves({("image", "flux-pro"): lognormal(80, 0.3)})
    scout = STANDING._replace(age=timedelta(), polls=0, price=2.0, lot=0.0)
    learning = Learning(blind)
    _ = blind.of("image", "flux-pro").plan

    wait = learning.first(scout)

    others = learning.first(scout._replace(lot=1.0))
    assert wait.total_seconds() == pytest.approx(others.total_seconds() / 2)
    assert learning.explain(scout, wait).endswith(
        "it is a scout, to show early if they have become faster"
    )
    assert "scout" not in learning.explain(scout._replace(polls=1), wait)
    assert "scout" not in learning.explain(scout._replace(lot=1.0), wait)


def test_a_task_that_is_older_already_is_looked_at_at_once() -> None:
    assert LEARNING.first(STANDING._replace(age=timedelta(hours=1))) == timedelta()


def test_it_is_explained_by_how_many_end_and_by_the_price() -> None:
    share = CURVE.ends_within(60, 4)

    assert LEARNING.explain(STANDING, 4 * SECOND) == (
        f"next look in 4 s: {share:.2%} of flux-pro tasks end in the next 4 s; λ = 0.2 s a poll"
    )


def test_a_task_without_a_model_is_called_by_its_kind() -> None:
    said = LEARNING.explain(STANDING._replace(model=None), 4 * SECOND)

    assert "of image tasks end in the next 4 s" in said
