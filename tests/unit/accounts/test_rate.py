"""How fast an account is asked: 429s slow it down, quiet raises it again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rate import allowed, limited
from app.accounts.state import Health
from tests.build import MINUTE, NOW, SECOND

HOUR = timedelta(hours=1)
RPM = 1000
WAIT = 10 * SECOND


def refused(
    health: Health, at: datetime, *, asked_at: datetime | None = None,
    wait: timedelta | None = WAIT, used: int = 0,
) -> Health:  # fmt: skip
    """Hear a 429 at `at`, asked for at the same instant unless told otherwise."""
    return limited(health, wait, rpm=RPM, used=used, asked_at=asked_at or at, at=at)


def cut_once() -> Health:
    """Hear one 429, and one more as soon as its pause is over."""
    return refused(refused(Health(), NOW), NOW + WAIT)


def test_one_429_pauses_and_does_not_slow_down() -> None:
    """It may have been somebody else's burst."""
    health = refused(Health(), NOW)

    assert health.paused_until == NOW + WAIT
    assert allowed(health, RPM, now=NOW + WAIT) == RPM


@pytest.mark.parametrize(
    ("later", "rate"),
    [(timedelta(), 700), (MINUTE, 700), (2 * MINUTE, 700), (2 * MINUTE + SECOND, 1000)],
    ids=str,
)
def test_a_429_soon_after_a_pause_takes_three_tenths_off(later: timedelta, rate: float) -> None:
    """Two minutes after the pause it counts as a first one again."""
    at = NOW + WAIT + later

    health = refused(refused(Health(), NOW), at)

    assert health.paused_until == at + WAIT
    assert allowed(health, RPM, now=at + WAIT) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("used", "rate"), [(0, 700), (500, 700), (800, 760), (1000, 950), (1500, 1000)]
)
def test_a_minute_that_nearly_bore_it_all_is_cut_less(used: int, rate: float) -> None:
    """To nineteen twentieths of what was borne, where that is more."""
    health = refused(refused(Health(), NOW, used=used), NOW + WAIT, used=used)

    assert allowed(health, RPM, now=health.paused_until) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("used", "later", "rate"),
    [(89, WAIT, 1000), (91, WAIT, 700), (44, 61 * MINUTE, 1000), (46, 61 * MINUTE, 700)],
    ids=str,
)
def test_a_429_after_far_fewer_requests_than_another_is_not_about_their_number(
    used: int, later: timedelta, rate: float
) -> None:
    """Until that other is forgotten, by half in an hour."""
    health = Health(peak=100, peak_at=NOW, limited_until=NOW + later)

    health = refused(health, NOW + later, used=used)

    assert allowed(health, RPM, now=health.paused_until) == pytest.approx(rate)


def test_a_429_after_far_more_requests_than_another_is_the_first_of_its_kind() -> None:
    """So many were let through: the other was not about their number. The next one like it cuts."""
    health = Health(peak=100, peak_at=NOW, limited_until=NOW + WAIT)

    health = refused(health, NOW + WAIT, used=150)
    assert allowed(health, RPM, now=health.paused_until) == RPM

    health = refused(health, health.paused_until, used=150)
    assert allowed(health, RPM, now=health.paused_until) == pytest.approx(700)


@pytest.mark.parametrize("asked", [-5 * SECOND, timedelta(), 9 * SECOND], ids=str)
def test_what_was_in_flight_when_the_pause_began_is_no_second_429(asked: timedelta) -> None:
    """However many of them come back, and however late."""
    health = refused(Health(), NOW)

    for seconds in range(1, 20):
        health = refused(health, NOW + seconds * SECOND, asked_at=NOW + asked)

    assert health.paused_until == NOW + 19 * SECOND + WAIT
    assert allowed(health, RPM, now=health.paused_until) == RPM


def test_no_series_of_429s_goes_below_a_twentieth_of_the_setting() -> None:
    """The account must be asked now and then, to learn that it may be asked more."""
    health, rates = Health(), []
    for _ in range(30):
        health = refused(health, max(NOW, health.paused_until))
        rates.append(allowed(health, RPM, now=health.paused_until))

    assert rates[:4] == pytest.approx([1000, 700, 490, 343])
    assert rates[-1] == pytest.approx(50)


def test_a_minute_of_quiet_raises_nothing_and_the_next_a_twentieth() -> None:
    """Of the rate after the cut."""
    health = cut_once()
    over = health.paused_until

    rates = [allowed(health, RPM, now=over + n * MINUTE) for n in (0, 1, 2, 4, 9)]

    assert rates == pytest.approx([700, 700, 735, 805, 980], abs=0.01)


@pytest.mark.parametrize("later", [10 * MINUTE, HOUR, 1000 * HOUR], ids=str)
def test_quiet_raises_no_further_than_the_setting(later: timedelta) -> None:
    """What the operator said is the most."""
    health = cut_once()

    assert allowed(health, RPM, now=health.paused_until + later) == RPM


def test_a_429_after_some_quiet_cuts_what_had_been_reached() -> None:
    """And not what there was before."""
    health = cut_once()
    at = health.paused_until + 2 * MINUTE

    health = refused(health, at)

    assert allowed(health, RPM, now=health.paused_until) == pytest.approx(0.7 * 735, abs=0.01)


@pytest.mark.parametrize(("ceiling", "rate"), [(60, 60), (1000, 1000), (9000, 1000), (None, 1000)])
def test_what_the_headers_allow_bounds_the_setting(ceiling: int | None, rate: int) -> None:
    """They may lower it, and never raise it."""
    assert allowed(Health(ceiling=ceiling), RPM, now=NOW) == rate


@pytest.mark.parametrize(
    ("seconds", "share"), [(0, 0.1), (0.5, 0.1), (2, 0.2), (5, 0.5), (10, 1), (60, 1)]
)
def test_after_an_outage_the_rate_grows_from_a_tenth_to_the_whole_in_ten_seconds(
    seconds: float, share: float
) -> None:
    """What has just come back is not run over."""
    rate = allowed(Health(ramp_from=NOW), RPM, now=NOW + seconds * SECOND)

    assert rate == pytest.approx(share * RPM)


@pytest.mark.parametrize(
    ("told", "paused"),
    [
        (None, 15 * SECOND),
        (timedelta(), SECOND),
        (0.2 * SECOND, SECOND),
        (7 * SECOND, 7 * SECOND),
        (HOUR, HOUR),
        (HOUR + SECOND, HOUR),
        (timedelta.max, HOUR),
    ],
    ids=str,
)
def test_the_wait_that_was_told_is_believed_up_to_an_hour(
    told: timedelta | None, paused: timedelta
) -> None:
    """From a second on; where none was told it is a quarter of a minute."""
    assert refused(Health(), NOW, wait=told).paused_until == NOW + paused


def test_a_shorter_wait_does_not_end_a_longer_pause() -> None:
    """The pause that was told first still holds."""
    health = refused(refused(Health(), NOW, wait=MINUTE), NOW + SECOND, wait=SECOND)

    assert health.paused_until == NOW + MINUTE


def test_a_pause_that_a_clock_ahead_of_its_time_wrote_does_not_outlive_the_next_429() -> None:
    """Claiming ignores what lies beyond an hour, and so would ignore what is told now."""
    health = refused(Health(paused_until=NOW + 365 * 24 * HOUR), NOW)

    assert health.paused_until == NOW + WAIT


@given(
    rpm=st.integers(1, 1_000_000),
    learnt=st.none() | st.floats(0.05, 1_000_000),
    ceiling=st.none() | st.integers(1, 1_000_000),
    ago=st.timedeltas(timedelta(days=-3), timedelta(days=3)),
)
def test_at_least_one_a_minute_is_allowed_and_never_more_than_the_setting(
    rpm: int, learnt: float | None, ceiling: int | None, ago: timedelta
) -> None:
    """Whatever was learnt."""
    health = Health(learnt=learnt, learnt_at=NOW - ago, ceiling=ceiling, ramp_from=NOW - ago)

    assert 1 <= allowed(health, rpm, now=NOW) <= min(rpm, ceiling or rpm)
