"""Which mood strikes a request follows from the moods, the request and the draw alone."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from app.simulator.moods.moods import FAULTS, Moods
from app.simulator.moods.strike import Asked, Draw, Page, Refuse, Retell, Spoil, Strike
from app.simulator.moods.striking import at_the_answer, at_the_door

CALM = Draw(0.999, 0, 0.999)


def strike(
    draw: Draw = CALM, *, age: float | None = 10, completed: bool = False, unified: bool = False,
    **moods: Any,
) -> Strike | None:  # fmt: skip
    """Ask for a task of so many seconds, at the documented path of its kind unless told otherwise."""
    since = None if age is None else timedelta(seconds=age)
    asked = Asked(unified=unified, age=since, completed=completed)
    return at_the_answer(Moods(**moods), asked, draw)


def mood_of(found: Strike | None) -> str | None:
    """Name what struck."""
    return found.mood if found else None


@pytest.mark.parametrize("completed", [True, False])
def test_nothing_strikes_by_default(completed: bool) -> None:
    """Whatever is drawn."""
    draw = Draw(0, 0, 0)

    assert strike(draw, completed=completed) is None
    assert at_the_door(Moods(), draw) is None


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_strikes_exactly_its_share(name: str) -> None:
    """A draw below it is struck, and one at it is not."""
    share: dict[str, Any] = {name: 0.25}

    assert mood_of(strike(Draw(0.2499, 0, 0), **share)) == name
    assert strike(Draw(0.25, 0, 0), **share) is None


def test_shares_lie_side_by_side() -> None:
    """At most one strikes, so each strikes as often as it says."""
    shares: dict[str, Any] = {"errors": 0.5, "cut": 0.25, "odd_status": 0.25}

    struck = [mood_of(strike(Draw(draw, 0, 0), **shares)) for draw in (0.49, 0.5, 0.74, 0.75, 0.99)]

    assert struck == ["errors", "cut", "cut", "odd_status", "odd_status"]


@pytest.mark.parametrize(
    ("variant", "status", "wait"), [(0, 500, 0), (0.25, 502, 0), (0.5, 503, 9), (0.99, 504, 0)]
)
def test_an_error_is_one_of_four_and_503_says_when_to_come_back(
    variant: float, status: int, wait: int
) -> None:
    """The draw decides which."""
    found = strike(Draw(0, variant, 0), errors=1, unavailable_for=9)

    assert isinstance(found, Refuse)
    assert (found.status, found.wait) == (status, timedelta(seconds=wait))


def test_what_a_strike_does_goes_by_the_mood() -> None:
    """A refusal, a page, a spoilt answer or another word."""
    draw = Draw(0, 0.99, 0)

    assert strike(draw, html_200=1) == Page("html_200", 200)
    assert strike(draw, html_502=1) == Page("html_502", 502)
    assert strike(draw, truncated=1) == Spoil("truncated")
    assert strike(draw, odd_status=1) == Retell("odd_status", "")


@pytest.mark.parametrize(("completed", "struck"), [(True, "no_url"), (False, None)])
def test_only_completed_answers_can_lack_urls(completed: bool, struck: str | None) -> None:
    """By a draw of their own: other shares take nothing from it."""
    draw = Draw(0.5, 0, 0.7)

    assert mood_of(strike(draw, completed=completed, no_url=0.8, errors=0.4)) == struck
    assert strike(draw, completed=completed, no_url=0.6) is None


@pytest.mark.parametrize(("age", "struck"), [(2.9, "unknown_for"), (3, None), (None, None)])
def test_a_young_task_is_unknown(age: float | None, struck: str | None) -> None:
    """One that does not exist is nobody's child."""
    assert mood_of(strike(age=age, unknown_for=3)) == struck


@pytest.mark.parametrize(("unified", "struck"), [(True, None), (False, "unified_only")])
def test_another_path_can_be_the_only_one(unified: bool, struck: str | None) -> None:
    """The one for tasks of any kind."""
    assert mood_of(strike(unified=unified, unified_only=True)) == struck


@pytest.mark.parametrize(
    ("moods", "status"),
    [
        ({"down": 5}, 500),
        ({"down": 5, "pause": 5}, 429),
        ({"down": 5, "pause": 5, "account": "revoked"}, 401),
        ({"account": "out_of_quota"}, 402),
        ({"account": "denied"}, 403),
    ],
)
def test_a_broken_account_comes_before_a_pause_and_that_before_an_outage(
    moods: dict[str, Any], status: int
) -> None:
    """They strike every request."""
    found = at_the_door(Moods(**moods), Draw(0, 0, 0))

    assert found is not None
    assert found.status == status


def test_a_pause_tells_what_is_left_of_it() -> None:
    """To the fraction; the header rounds it up."""
    found = at_the_door(Moods(pause=2.5), CALM)

    assert found is not None
    assert found.wait == timedelta(seconds=2.5)


def test_a_draw_takes_three_numbers_whatever_the_moods() -> None:
    """So that switching one on does not shift what is drawn afterwards."""
    rng, same = Random(1), Random(1)

    assert Draw.of(rng) == Draw(same.random(), same.random(), same.random())
