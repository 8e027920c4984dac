"""What answers show of an account moves it between its states."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.accounts.health import Denied, Failed, Limited, News, Odd, Signal, Works, after
from app.accounts.state import AccountState, Health
from tests.build import MINUTE, NOW, SECOND

RPM = 1000
REFUSED, FORBIDDEN = Denied("HTTP 401", certain=True), Denied("HTTP 403", certain=False)
OUTAGE, LIMITED, ODD, WORKS = Failed("HTTP 503"), Limited(10 * SECOND), Odd("a page"), Works()
OK, BROKEN, DOWN = AccountState.OK, AccountState.BROKEN, AccountState.DOWN
SOON = NOW + SECOND


def hear(
    health: Health, *news: News, at: datetime = NOW, asked_at: datetime | None = None
) -> Health:
    """Hear these one after the other, all of them asked for and answered at `at`."""
    for one in news:
        health = after(health, Signal(news=one, asked_at=asked_at or at, at=at), rpm=RPM)
    return health


def in_trouble(state: AccountState) -> Health:
    """Return the health of an account whose trouble began at NOW."""
    trouble: list[News] = [REFUSED] if state is BROKEN else [OUTAGE] * 12
    return hear(Health(), *trouble)


def test_a_refused_key_breaks_an_account_at_once() -> None:
    """Each further request would be refused too; a canary goes out after a second."""
    health = hear(Health(), REFUSED)

    assert (health.state, health.why, health.since) == (BROKEN, "HTTP 401", NOW)
    assert health.canary_at == SOON


@pytest.mark.parametrize(
    ("news", "state"),
    [
        ([FORBIDDEN] * 2, OK),
        ([FORBIDDEN] * 3, BROKEN),
        ([FORBIDDEN, FORBIDDEN, WORKS, FORBIDDEN, FORBIDDEN], OK),
        ([FORBIDDEN, FORBIDDEN, ODD, OUTAGE, LIMITED, FORBIDDEN], BROKEN),
    ],
    ids=["two", "three", "a good one between", "none good between"],
)
def test_a_refusal_that_may_be_about_a_task_counts_from_the_third_in_a_row(
    news: list[News], state: AccountState
) -> None:
    """A good answer between shows that the account is not meant."""
    assert hear(Health(), *news).state is state


@pytest.mark.parametrize(
    ("news", "state"),
    [
        ([OUTAGE] * 11, OK),
        ([OUTAGE] * 12, DOWN),
        ([OUTAGE] * 11 + [WORKS] + [OUTAGE] * 11, OK),
        ([OUTAGE] * 6 + [ODD, LIMITED, FORBIDDEN] + [OUTAGE] * 6, DOWN),
        ([ODD] * 100, OK),
        ([LIMITED] * 100, OK),
    ],
    ids=["eleven", "twelve", "a good one between", "none good between", "odd", "limited"],
)
def test_twelve_outages_in_a_row_and_nothing_else_show_that_lemondata_is_down(
    news: list[News], state: AccountState
) -> None:
    """Over all tasks of the account together."""
    health = hear(Health(), *news)

    assert health.state is state
    assert (health.why, health.since) == (
        ("HTTP 503", NOW) if state is DOWN else (None, health.since)
    )


def test_a_refused_key_is_told_of_even_while_lemondata_is_down() -> None:
    """It is the worse trouble: nobody but the operator can end it."""
    health = hear(in_trouble(DOWN), REFUSED, at=SOON)

    assert (health.state, health.why, health.since) == (BROKEN, "HTTP 401", SOON)


@pytest.mark.parametrize("news", [[OUTAGE] * 50, [REFUSED], [FORBIDDEN] * 5, [ODD]], ids=str)
def test_a_broken_account_stays_broken_while_the_news_is_bad(news: list[News]) -> None:
    """And it is broken since it broke."""
    health = hear(in_trouble(BROKEN), *news, at=SOON)

    assert (health.state, health.why, health.since) == (BROKEN, "HTTP 401", NOW)


@pytest.mark.parametrize("state", [BROKEN, DOWN])
def test_one_good_answer_ends_the_trouble(state: AccountState) -> None:
    """Whoever asked; and what had been counted is forgotten."""
    health = hear(in_trouble(state), WORKS, at=SOON)

    assert (health.state, health.why, health.since, health.canary_at) == (OK, None, SOON, None)
    assert (health.failures, health.denials) == (0, 0)


@pytest.mark.parametrize(("state", "ramp_from"), [(BROKEN, Health().ramp_from), (DOWN, SOON)])
def test_only_after_an_outage_does_the_rate_begin_anew(
    state: AccountState, ramp_from: datetime
) -> None:
    """A key that was exchanged says nothing of how much LemonData can bear."""
    assert hear(in_trouble(state), WORKS, at=SOON).ramp_from == ramp_from


@pytest.mark.parametrize("state", [BROKEN, DOWN])
@pytest.mark.parametrize("news", [WORKS, LIMITED, ODD], ids=str)
def test_what_was_asked_before_the_trouble_began_does_not_end_it(
    state: AccountState, news: News
) -> None:
    """It was in flight, and shows how things were."""
    before = in_trouble(state)

    health = hear(before, news, at=SOON, asked_at=NOW - SECOND)

    assert (health.state, health.since, health.canary_at) == (state, NOW, before.canary_at)


def test_a_429_shows_that_lemondata_is_up_again() -> None:
    """Who counts our requests can answer; the pause is kept all the same."""
    health = hear(in_trouble(DOWN), LIMITED, at=SOON)

    assert (health.state, health.since, health.ramp_from) == (OK, SOON, SOON)
    assert health.paused_until == SOON + 10 * SECOND


def test_a_429_shows_nothing_of_a_key_that_was_refused() -> None:
    """It may be counted before it is looked at."""
    health = hear(in_trouble(BROKEN), LIMITED, at=SOON)

    assert (health.state, health.paused_until) == (BROKEN, SOON + 10 * SECOND)


@pytest.mark.parametrize("news", [WORKS, LIMITED, REFUSED, OUTAGE, ODD], ids=str)
def test_a_disabled_account_stays_as_it_is(news: News) -> None:
    """Only the operator, who disabled it, enables it."""
    disabled = Health(state=AccountState.DISABLED, why="by the operator", since=NOW)
    signal = Signal(news=news, asked_at=NOW, at=SOON, is_canary=True, ceiling=5, pause=MINUTE)

    assert after(disabled, signal, rpm=RPM) == disabled


@pytest.mark.parametrize("news", [WORKS, ODD, OUTAGE], ids=str)
def test_what_headers_say_of_the_allowance_is_heard_with_any_answer(news: News) -> None:
    """A ceiling until a good answer says no more of it, and a pause where none remain."""
    told = Signal(news=news, asked_at=NOW, at=SOON, ceiling=60, pause=7 * SECOND)

    health = after(Health(), told, rpm=RPM)

    assert (health.ceiling, health.paused_until) == (60, SOON + 7 * SECOND)
    assert hear(health, ODD, at=SOON).ceiling == 60
    assert hear(health, WORKS, at=SOON).ceiling is None
    shorter = replace(told, pause=SECOND)
    assert after(health, shorter, rpm=RPM).paused_until == SOON + 7 * SECOND
