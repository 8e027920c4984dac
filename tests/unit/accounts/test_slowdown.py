"""A 429 whose headers say that none remain is a 429 like any other."""

from datetime import timedelta

import pytest

from app.accounts.health import Limited, Signal, after
from app.accounts.rate import allowed
from app.accounts.state import Health
from tests.build import NOW, SECOND

WAIT = 10 * SECOND


@pytest.mark.parametrize("headers", [None, 3 * SECOND, WAIT], ids=str)
def test_a_repeated_429_slows_down_whatever_its_headers_say(headers: timedelta | None) -> None:
    """`X-RateLimit-Remaining: 0` comes with most of them."""
    health = Health()
    for at in (NOW, NOW + WAIT):
        told = Signal(news=Limited(WAIT), asked_at=at, at=at, pause=headers)
        health = after(health, told, rpm=1000)

    assert health.paused_until == NOW + 2 * WAIT
    assert allowed(health, 1000, now=health.paused_until) == pytest.approx(700)
