"""A schedule begins with a token that no other one can have come to."""

from datetime import timedelta

from app.tasks.tokens import SINCE, first_token
from tests.build import NOW


def test_a_later_schedule_begins_above_an_earlier_one() -> None:
    assert first_token(NOW + timedelta(seconds=1)) == first_token(NOW) + 1


def test_a_clock_that_is_years_behind_is_no_harm() -> None:
    assert first_token(SINCE - timedelta(days=1)) == 0
