"""A key that is denied for some tasks is not broken; one that is denied for all is."""

from app.accounts.health import Denied, Signal, Works, after
from app.accounts.state import AccountState, Health
from tests.build import NOW, SECOND

FORBIDDEN = Denied("HTTP 403", certain=False)
SPARE = 20  # One more than it takes where nothing good is heard between.


def heard(health: Health, *news: Denied | Works, seconds: float = 0) -> Health:
    """Hear these at once, so long after NOW."""
    at = NOW + seconds * SECOND
    for one in news:
        health = after(health, Signal(news=one, asked_at=at, at=at), rpm=600)
    return health


def test_forbidden_tasks_among_good_ones_break_nothing() -> None:
    """Four of them and a good one, asked for every ten seconds, for ten minutes."""
    health = Health()
    for seconds in range(0, 600, 10):
        health = heard(health, Works(), *[FORBIDDEN] * 4, seconds=seconds)

    assert health.state is AccountState.OK


def test_an_account_that_worked_a_minute_ago_is_broken_by_three() -> None:
    """Nothing has been good since."""
    health = heard(heard(Health(), Works()), *[FORBIDDEN] * 3, seconds=60)

    assert health.state is AccountState.BROKEN


def test_an_account_that_worked_just_now_is_broken_by_many_without_one_good_between() -> None:
    """Where tasks are many, that is soon."""
    health = heard(heard(Health(), Works()), *[FORBIDDEN] * (SPARE - 1), seconds=5)
    assert health.state is AccountState.OK

    assert heard(health, FORBIDDEN, seconds=5).state is AccountState.BROKEN
