"""An account in trouble is asked by one canary now and then, and by nothing else."""

from datetime import datetime, timedelta

import pytest

from app.accounts.health import Denied, Failed, Limited, News, Odd, Signal, Works, after
from app.accounts.state import AccountState, Health
from tests.build import NOW, SECOND

REFUSED, OUTAGE = Denied("HTTP 401", certain=True), Failed("HTTP 503")
BROKEN, DOWN = AccountState.BROKEN, AccountState.DOWN


def hear(health: Health, news: News, at: datetime, *, is_canary: bool) -> Health:
    return after(health, Signal(news=news, asked_at=at, at=at, is_canary=is_canary), rpm=1000)


def in_trouble(state: AccountState) -> Health:
    health = Health()
    for news in [REFUSED] if state is BROKEN else [OUTAGE] * 12:
        health = hear(health, news, NOW, is_canary=False)
    return health


@pytest.mark.parametrize(
    ("state", "news", "slowest"),
    [
        (BROKEN, REFUSED, 10),
        (BROKEN, OUTAGE, 10),
        (BROKEN, Limited(None), 10),
        (DOWN, OUTAGE, 20),
        (DOWN, Odd("a page"), 20),
    ],
    ids=str,
)
def test_canaries_go_out_ever_more_slowly_and_never_cease(
    state: AccountState, news: News, slowest: int
) -> None:
    """A new key is noticed within ten seconds, the end of an outage within twenty."""
    health, at, waits = in_trouble(state), NOW, []
    for _ in range(40):
        assert health.canary_at is not None
        waits.append((health.canary_at - at) / SECOND)
        at = health.canary_at
        health = hear(health, news, at, is_canary=True)

    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, slowest)


@pytest.mark.parametrize(
    ("lasted", "wait"), [(0, 1), (3, 1), (8, 2), (20, 5), (60, 15), (80, 20), (10**8, 20)]
)
def test_an_outage_is_noticed_to_be_over_within_a_quarter_of_its_length(
    lasted: int, wait: float
) -> None:
    """What was short is over soon after."""
    health = Health(state=DOWN, since=NOW, canary_at=NOW)
    at = NOW + lasted * SECOND

    assert hear(health, OUTAGE, at, is_canary=True).canary_at == at + wait * SECOND


@pytest.mark.parametrize("state", [BROKEN, DOWN])
def test_what_is_no_canary_does_not_put_the_next_one_off(state: AccountState) -> None:
    """What was in flight comes back with bad news by the dozen."""
    before = in_trouble(state)

    health = before
    for _ in range(50):
        health = hear(health, OUTAGE, NOW + SECOND, is_canary=False)

    assert health.canary_at == before.canary_at


@pytest.mark.parametrize(
    ("news", "heard"),
    [
        (Works(), "ok"),
        (REFUSED, "HTTP 401"),
        (OUTAGE, "HTTP 503"),
        (Odd("a page"), "a page"),
        (Limited(None), "paused by a 429"),
    ],
    ids=str,
)
def test_what_a_canary_brought_is_kept_for_who_asked_for_it(news: News, heard: str) -> None:
    """In any state, and of canaries alone."""
    health = hear(Health(), news, NOW, is_canary=True)

    assert (health.heard, health.heard_at) == (heard, NOW)
    assert hear(Health(), news, NOW, is_canary=False).heard is None


@pytest.mark.parametrize("news", [OUTAGE, Odd("a page"), Limited(None)], ids=str)
def test_a_canary_of_a_healthy_account_calls_for_no_other(news: News) -> None:
    """It was only a test."""
    assert hear(Health(), news, NOW, is_canary=True).canary_at is None


def test_trouble_that_comes_back_begins_with_a_canary_after_a_second() -> None:
    """The waits of last time are forgotten."""
    health = in_trouble(DOWN)
    for n in range(1, 9):
        health = hear(health, OUTAGE, NOW + n * SECOND, is_canary=True)
    at = NOW + 60 * SECOND
    health = hear(health, Works(), at, is_canary=True)

    health = hear(health, REFUSED, at, is_canary=False)

    assert (health.state, health.canary_at) == (BROKEN, at + SECOND)


@pytest.mark.parametrize("state", [BROKEN, DOWN])
def test_a_canary_s_good_answer_ends_trouble_that_a_clock_ahead_of_its_time_dated(
    state: AccountState,
) -> None:
    """It was sent because of the trouble, and so after it began, whatever is written."""
    dated = Health(state=state, since=NOW + timedelta(days=365), canary_at=NOW)

    assert hear(dated, Works(), NOW, is_canary=True).state is AccountState.OK
