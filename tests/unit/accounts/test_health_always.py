"""What holds for an account whatever answers come, in whatever order."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.accounts.health import Denied, Failed, Limited, News, Odd, Signal, Works, after
from app.accounts.rate import allowed
from app.accounts.state import AccountState, Health
from tests.build import NOW, SECOND

HOUR = timedelta(hours=1)
WAITS = st.none() | st.timedeltas(timedelta(), timedelta.max)
NEWS: st.SearchStrategy[News] = st.one_of(
    st.just(Works()),
    st.builds(Limited, WAITS),
    st.builds(Denied, st.just("HTTP 403"), certain=st.booleans()),
    # More often than the rest, or twelve in a row would hardly ever come.
    st.just(Failed("HTTP 503")),
    st.just(Failed("timeout")),
    st.just(Odd("a page")),
)
STARTS = st.sampled_from(
    [
        Health(since=NOW),
        Health(state=AccountState.DOWN, since=NOW, failures=12, canary_at=NOW),
        Health(state=AccountState.BROKEN, since=NOW, canary_at=NOW),
        Health(since=NOW, failures=11, denials=2),
    ]
)


@st.composite
def signals(draw: st.DrawFn) -> list[Signal]:
    """Draw answers in the order they came, each asked for at some time before."""
    now, found = NOW, []
    for _ in range(draw(st.integers(1, 30))):
        now += draw(st.timedeltas(timedelta(), 5 * SECOND) | st.timedeltas(timedelta(), HOUR))
        took = draw(st.timedeltas(timedelta(), 15 * SECOND))
        found.append(
            Signal(
                news=draw(NEWS), asked_at=now - took, at=now, is_canary=draw(st.booleans()),
                ceiling=draw(st.none() | st.integers(1, 10**6)),
                pause=draw(st.none() | st.timedeltas(SECOND, 120 * SECOND)),
            )
        )  # fmt: skip
    return found


def is_sound(health: Health, at: datetime, rpm: int) -> bool:
    """Tell whether an account in trouble will be looked at soon, and any be asked at all."""
    slowest = 20 * SECOND if health.state is AccountState.DOWN else 10 * SECOND
    will_be_asked = health.canary_at is not None and health.canary_at <= at + slowest
    if health.state is AccountState.OK:
        will_be_asked = health.canary_at is None
    return will_be_asked and (health.why is None or health.state.is_probed) and rpm >= allowed(
        health, rpm, now=at
    ) >= 1  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(start=STARTS, heard=signals(), rpm=st.integers(1, 10**6))
def test_trouble_is_always_followed_by_a_canary_and_no_pause_is_cut_short(
    start: Health, heard: list[Signal], rpm: int
) -> None:
    """Nothing raises, no pause moves back or beyond an hour, and the rate stays within its bounds."""
    health = start
    for signal in heard:
        before, health = health, after(health, signal, rpm=rpm)

        assert before.paused_until <= health.paused_until
        assert health.paused_until <= signal.at + HOUR
        assert is_sound(health, signal.at, rpm)
        if health.learnt is not None:
            assert 0.05 * rpm <= health.learnt <= rpm


@settings(max_examples=100, deadline=None)
@given(start=STARTS, heard=signals(), rpm=st.integers(1, 10**6))
def test_a_good_answer_asked_for_last_always_ends_in_ok(
    start: Health, heard: list[Signal], rpm: int
) -> None:
    """No history is so bad that there is no way back."""
    health = start
    for signal in heard:
        health = after(health, signal, rpm=rpm)
    at = heard[-1].at + SECOND

    health = after(health, Signal(news=Works(), asked_at=at, at=at), rpm=rpm)

    assert (health.state, health.failures, health.denials) == (AccountState.OK, 0, 0)


@settings(max_examples=50, deadline=None)
@given(heard=signals())
def test_a_disabled_account_hears_nothing(heard: list[Signal]) -> None:
    """Whatever it is."""
    disabled = Health(state=AccountState.DISABLED, since=NOW)
    for signal in heard:
        assert after(disabled, signal, rpm=1000) == disabled
