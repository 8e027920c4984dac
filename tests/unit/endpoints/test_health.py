"""An endpoint that fails is watched for days before it is disabled, and its owner is warned."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.endpoints.filter import DISABLED, FAILING, WORKING
from app.endpoints.health import FAILURES, LEAST, PATIENCE, Failed, Gone, Signal, Took, after, news
from app.endpoints.state import EndpointState, Health
from tests.build import NOW

WELL = Health(state=EndpointState.ENABLED)
DOWN = Failed("HTTP 500")
HOUR = timedelta(hours=1)


def fail(times: int, *, every: timedelta = HOUR, health: Health = WELL) -> tuple[Health, list[str]]:
    """Fail so often; return how the endpoint is then, and all that was told."""
    told: list[str] = []
    for number in range(times):
        before, health = health, after(health, DOWN, now=NOW + number * every)
        told += news(before, health)
    return health, told


def test_one_failure_is_kept_and_is_no_news() -> None:
    health, told = fail(1)

    assert health == Health(
        state=EndpointState.ENABLED, failures=1, failing_since=NOW, last_failure="HTTP 500"
    )
    assert told == []


def test_several_in_a_row_are() -> None:
    health, told = fail(FAILURES)

    assert health.state is EndpointState.FAILING
    assert told == [FAILING]


def test_a_success_ends_it_and_that_is_told() -> None:
    failing, _ = fail(FAILURES)
    health = after(failing, Took(), now=NOW + HOUR)

    assert health == WELL
    assert news(failing, health) == [WORKING]


def test_a_success_after_one_failure_is_no_news() -> None:
    once, _ = fail(1)

    assert news(once, after(once, Took(), now=NOW)) == []


def test_what_cannot_be_sent_to_at_all_is_failing_at_once() -> None:
    health = after(WELL, Failed("10.0.0.1 is not a public address", certain=True), now=NOW)

    assert health.state is EndpointState.FAILING
    assert health.last_failure == "10.0.0.1 is not a public address"


@pytest.mark.parametrize("health", [WELL, fail(FAILURES)[0]])
def test_who_says_that_it_is_gone_is_sent_nothing_more(health: Health) -> None:
    gone = after(health, Gone(), now=NOW)

    assert gone.state is EndpointState.DISABLED
    assert gone.disabled_reason == "the receiver answered 410 Gone"
    assert news(health, gone) == [DISABLED]


def test_after_five_days_of_failures_it_is_disabled_and_was_warned_at_each_quarter() -> None:
    health, told = fail(121)

    assert health.state is EndpointState.DISABLED
    assert health.disabled_reason == "nothing that was sent since 2026-11-22 12:00 UTC was taken"
    assert told == [FAILING, FAILING, FAILING, FAILING, DISABLED]
    before, _ = fail(120)
    assert before.state is EndpointState.FAILING
    assert before.warned == 3


def test_a_few_failures_are_too_few_however_long_they_take() -> None:
    """An endpoint of a client with little to tell."""
    health, _ = fail(LEAST - 1, every=timedelta(days=2))

    assert health.state is EndpointState.FAILING


def test_no_warning_comes_before_it_fails() -> None:
    """However long ago the first failure was; and then one, not two."""
    before, told = fail(FAILURES - 1, every=timedelta(days=1.5))
    assert (before.warned, told) == (0, [])

    _, told = fail(FAILURES, every=timedelta(days=1.5))
    assert told == [FAILING]


def test_many_failures_are_not_enough_in_a_short_time() -> None:
    """A receiver that is down for a day under a heavy load."""
    health, told = fail(5000, every=timedelta(seconds=10))

    assert health.state is EndpointState.FAILING
    assert told == [FAILING]


@pytest.mark.parametrize("signal", [Took(), DOWN, Gone()])
def test_one_that_is_disabled_stays_so_whatever_was_still_under_way(signal: Signal) -> None:
    disabled = after(WELL, Gone(), now=NOW)

    assert after(disabled, signal, now=NOW + HOUR) == disabled


SIGNALS = st.sampled_from([Took(), DOWN, Failed("timeout"), Failed("barred", certain=True)])


@given(st.lists(st.tuples(SIGNALS, st.timedeltas(timedelta(), timedelta(days=1))), max_size=60))
def test_only_days_without_a_success_disable(steps: list[tuple[Signal, timedelta]]) -> None:
    """And every success ends all that was held against it."""
    health, now, taken_at, failed = WELL, NOW, NOW, 0
    for signal, wait in steps:
        now += wait
        before, health = health, after(health, signal, now=now)
        if before.state is EndpointState.DISABLED:
            assert health == before
            return
        if isinstance(signal, Took):
            taken_at, failed = now, 0
            assert health == WELL
            continue
        failed += 1
        assert health.failures == failed
        if health.state is EndpointState.DISABLED:
            assert now - taken_at >= PATIENCE
            assert failed >= LEAST
