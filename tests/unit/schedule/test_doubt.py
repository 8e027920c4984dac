"""What a curve expects raises no doubt, and a few ends that are far too early are enough."""

from math import exp, log1p
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schedule.doubt import CERTAIN, EARLY, MOST, NO_DOUBT, Doubt

SHARES = st.none() | st.floats(0, 1)


@pytest.mark.parametrize("share", [0.0005, 0.005, 0.05, 0.5, 0.95])
@pytest.mark.parametrize("seed", range(5))
def test_first_looks_that_find_as_many_as_they_should_are_never_certain(
    share: float, seed: int
) -> None:
    chance, doubt = Random(seed), NO_DOUBT

    for _ in range(5000):
        doubt = doubt.after([share if chance.random() < share else None])
        assert not doubt.is_certain


@given(st.floats(1e-9, 1))
def test_what_is_expected_multiplies_to_one_in_the_mean(share: float) -> None:
    """Or less, as one end alone proves little: so it rarely rises high by chance."""
    start = Doubt(2.0)

    found, later = (exp(start.after([one]).score - start.score) for one in (share, None))

    assert share * found + (1 - share) * later <= 1 + 1e-9


@pytest.mark.parametrize("others", [0, 4])
def test_a_handful_of_ends_that_are_far_too_early_is_certain(others: int) -> None:
    """Though tasks that began before a change go on to end as they always did."""
    one_in_so_many = [0.005, *[None] * others]

    assert not NO_DOUBT.after(one_in_so_many * 4).is_certain
    assert NO_DOUBT.after(one_in_so_many * 8).is_certain


def test_one_end_is_a_suspicion_and_no_more() -> None:
    """Until a dozen others have spoken against it."""
    once = NO_DOUBT.after([1e-6])

    assert once.is_suspicion
    assert once.score == pytest.approx(MOST - log1p(EARLY))
    assert not once.after([None] * 14).is_suspicion
    assert once.after([None] * 30) == NO_DOUBT


def test_ends_that_are_found_when_half_of_all_are_over_say_next_to_nothing() -> None:
    assert not NO_DOUBT.after([0.5] * 100).is_certain
    assert NO_DOUBT.after([0.5] * 200).is_certain


@given(st.floats(0, CERTAIN), st.lists(SHARES, max_size=50))
def test_it_never_falls_below_nothing_and_stays_once_it_is_certain(
    score: float, shares: list[float | None]
) -> None:
    after = Doubt(score).after(shares)

    assert 0 <= after.score <= CERTAIN + MOST
    assert Doubt(CERTAIN + 0.1).after(shares).is_certain
