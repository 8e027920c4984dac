"""A replay learns from what its polls saw, and from nothing else."""

import pytest

from app.replay.durations import Duration
from app.replay.student import KIND, STALE, Student
from app.schedule.cold import cold_curve
from app.schedule.forecast import Book
from app.schedule.tally import AFRESH


def student(*seen: tuple[str, float], at: float = 5.0) -> Student:
    """Make one that saw the ends of tasks, each within a second, and learnt."""
    made = Student(Book(3.0, 30.0))
    see(made, *seen)
    made.learn(at)
    return made


def see(some: Student, *seen: tuple[str, float]) -> None:
    for model, seconds in seen:
        some.saw(Duration(model, seconds), after=seconds - 0.5, by=seconds + 0.5)


def median(of: Student, model: str | None) -> float:
    """Return by which age half of the tasks have ended, as far as is known."""
    return of.book.of(KIND, model).curve.residual(0, 0.5)


def test_a_model_is_known_by_its_own_tasks_and_a_new_one_by_those_of_all() -> None:
    known = student(*[("quick", 10.0)] * 100, *[("slow", 90.0)] * 100)

    assert median(known, "quick") == pytest.approx(10, abs=2)
    assert median(known, "slow") == pytest.approx(90, abs=5)
    assert 10 < median(known, "new") < 90
    assert median(known, "new") == median(known, None)


def test_tasks_without_a_model_are_of_no_model() -> None:
    known = student(*[("", 20.0)] * 50)

    assert known.book.forecasts.keys() == {(KIND, None)}
    assert median(known, "") == pytest.approx(20, abs=3)


def test_what_was_only_noted_is_not_known_yet() -> None:
    some = Student(Book(3.0, 30.0))
    see(some, *[("quick", 10.0)] * 100)

    assert some.book.of(KIND, "quick").curve is cold_curve(KIND)


def test_where_there_is_no_news_the_plan_stays() -> None:
    known = student(*[("quick", 10.0)] * 100)
    before = known.book

    assert known.learn(10.0) is before
    see(known, *[("quick", 10.0)] * 5)
    assert known.learn(15.0) is before
    see(known, *[("quick", 10.0)] * 15)
    assert known.learn(20.0).forecasts.keys() == before.forecasts.keys()
    assert known.book.of(KIND, "quick") is not before.of(KIND, "quick")


def test_after_ten_minutes_little_is_news() -> None:
    known = student(*[("quick", 10.0)] * 100)
    before = known.book

    see(known, ("quick", 10.0))

    assert known.learn(5.0 + STALE) is not before


def test_a_model_that_has_changed_is_planned_anew_at_once() -> None:
    """Though the ends that show it are few beside those that were known."""
    known = student(*[("model", 60.0 + number % 20) for number in range(1000)])

    for at in range(10, 50, 5):
        see(known, *[("model", 15.0 + number) for number in range(10)])
        known.learn(float(at))

    assert median(known, "model") < 30


def test_one_end_that_is_far_too_early_makes_scouts_of_more_and_some_the_model_anew() -> None:
    known = student(*[("model", 60.0 + number % 20) for number in range(400)])
    early = Duration("model", 20.0)

    known.saw(early, after=0.0, by=25.0)
    suspected = known.learn(10.0).of(KIND, "model")
    for _ in range(6):
        known.saw(early, after=0.0, by=25.0)
    anew = known.learn(15.0).of(KIND, "model")

    assert suspected.plan.is_suspected
    assert not anew.plan.is_suspected
    assert suspected.curve.weight == pytest.approx(401, rel=1e-3)
    assert anew.curve.weight == pytest.approx(AFRESH + 6, rel=1e-3)


def test_a_model_that_is_rarely_seen_is_forgotten_as_fast_as_any() -> None:
    """An hour in which others alone were seen is an hour for it too."""
    known = student(*[("rare", 10.0)] * 100)
    for hour in range(1, 25):
        see(known, ("common", 50.0))
        known.learn(hour * 3600.0)
    see(known, ("rare", 10.0))

    known.learn(25 * 3600.0)

    assert known.book.of(KIND, "rare").curve.weight == pytest.approx(
        100 / 2 ** (25 / 6) + 1, rel=0.01
    )
