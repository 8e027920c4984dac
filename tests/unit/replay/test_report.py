"""A report tells how late ends were found and at what cost, beside the least that it can cost."""

import pytest

from app.replay.durations import Duration
from app.replay.outcome import Detected, Outcome
from app.replay.report import Report, report
from app.replay.traffic import Traffic
from app.schedule.cold import lognormal
from app.schedule.curve import difficulty
from tests.unit.replay.replaying import exponentials, lognormals

TRAFFIC = Traffic(arrivals_per_minute=60, rpm=600)


def found(*some: tuple[str, float, float, int]) -> Report:
    """Sum up tasks by model, duration, delay and polls."""
    detected = [Detected(Duration(model, took), delay, polls) for model, took, delay, polls in some]
    return report(Outcome(detected, requests=300, since=10, until=109.5), TRAFFIC, "learning")


def bound(tasks: list[Duration]) -> float:
    return found(*((one.model, one.seconds, 1.0, 1) for one in tasks)).bound


def test_delay_and_polls_are_summed_up() -> None:
    some = found(("a", 50, 1, 4), ("a", 60, 2, 5), ("a", 70, 6, 9))

    assert (some.tasks, some.polls_per_task, some.product) == (3, 6, 18)
    assert some.delay.model_dump() == pytest.approx({"mean": 3, "p50": 2, "p95": 5.6})


def test_the_budget_is_that_of_the_time_in_which_tasks_were_judged() -> None:
    """A hundred seconds of ten requests, with the half second that a full bucket holds, and one more."""
    assert found(("a", 50, 1, 4)).budget_used == pytest.approx(300 / 1001)


@pytest.mark.parametrize(("median", "sigma"), [(60, 0.42), (60, 0.25), (15, 0.42), (60, 0.7)])
def test_the_bound_of_lognormals_is_keller_s(median: float, sigma: float) -> None:
    keller = difficulty(lognormal(median, sigma)) ** 2 / 2

    assert bound(lognormals(3000, median, sigma)) == pytest.approx(keller, rel=0.05)


def test_where_age_tells_nothing_the_bound_is_half_the_mean() -> None:
    assert bound(exponentials(3000)) == pytest.approx(60 / 2, rel=0.05)


def test_two_models_apart_are_less_hard_than_both_as_one() -> None:
    """The bound of all is that of one price for all, each with a schedule of its own."""
    quick = [Duration("quick", one.seconds) for one in lognormals(1000, 15)]
    slow = [Duration("slow", one.seconds) for one in lognormals(1000, 75)]
    as_one = [Duration("", one.seconds) for one in quick + slow]

    roots = [bound(quick) ** 0.5, bound(slow) ** 0.5]
    assert bound(quick + slow) == pytest.approx((sum(roots) / 2) ** 2)
    assert bound(quick + slow) < 0.7 * bound(as_one)


def test_each_model_has_its_own_figures_in_order_of_its_name() -> None:
    models = found(("b", 50, 1, 4), ("a", 60, 3, 6), ("b", 50, 2, 8)).models

    assert list(models) == ["a", "b"]
    assert (models["a"].tasks, models["a"].delay.p50, models["a"].polls_per_task) == (1, 3, 6)
    assert (models["b"].tasks, models["b"].delay.p50, models["b"].product) == (2, 1.5, 9)


@pytest.mark.parametrize("seconds", [0.0, 60.0, 86400.0])
def test_tasks_that_all_take_the_same_time_have_figures_too(seconds: float) -> None:
    assert 0 <= bound([Duration("a", seconds)] * 40) <= 0.05 * max(seconds, 1)


def test_json_has_the_agreed_shape_and_numbers_of_five_digits() -> None:
    printed = found(("a", 50, 1 / 3, 3)).as_json()

    figures = {"tasks", "delay", "polls_per_task", "product", "bound"}
    assert next(iter(printed)) == "policy"
    assert printed.keys() == figures | {"policy", "budget_used", "models"}
    assert printed["models"]["a"].keys() == figures
    assert printed["delay"] == {"mean": 0.33333, "p50": 0.33333, "p95": 0.33333}
    assert printed["budget_used"] == 0.2997
