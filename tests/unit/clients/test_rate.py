"""A key may be used as often as its rate says, and is told when there is room again."""

import pytest

from app.clients.rate import BUCKET, CallRates
from app.errors import TooManyRequests

RPM = 120


def test_a_minute_s_worth_may_come_at_once_and_then_one_after_the_other() -> None:
    rates = CallRates(RPM)

    for _ in range(RPM):
        rates.take(1, now=0.0)
    with pytest.raises(TooManyRequests) as refused:
        rates.take(1, now=0.0)
    rates.take(1, now=refused.value.retry_after)

    assert refused.value.retry_after == pytest.approx(BUCKET / RPM)
    with pytest.raises(TooManyRequests):
        rates.take(1, now=refused.value.retry_after)


def test_what_is_refused_costs_nothing() -> None:
    """Who goes on asking is not shut out for it."""
    rates = CallRates(RPM)
    for _ in range(RPM):
        rates.take(1, now=0.0)

    for _ in range(1000):
        with pytest.raises(TooManyRequests):
            rates.take(1, now=0.1)

    rates.take(1, now=BUCKET / RPM)


def test_each_key_has_a_bucket_of_its_own() -> None:
    rates = CallRates(1)

    rates.take(1, now=0.0)
    rates.take(2, now=0.0)

    with pytest.raises(TooManyRequests):
        rates.take(1, now=59.0)
    rates.take(1, now=60.0)


def test_a_bucket_never_holds_more_than_a_minute_s_worth() -> None:
    rates = CallRates(2)
    rates.take(1, now=0.0)

    for _ in range(2):
        rates.take(1, now=1e6)
    with pytest.raises(TooManyRequests):
        rates.take(1, now=1e6)
