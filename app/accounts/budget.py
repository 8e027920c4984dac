"""The token bucket of an account, kept as one instant.

The generic cell rate algorithm (ITU-T I.371, the virtual scheduling form): `spent_until` is when the
bucket would be full again, and each request moves it on by one interval. One column in SQL, moved in
the transaction that claims, holds any number of workers to one budget.
"""

from datetime import datetime, timedelta

# What ripens in this time, and one more, may start at once. Longer than the time between two claims, or
# some would never start; less than a second's worth, so that ten seconds hold no more than a tenth over
# ten seconds' worth, however late a burst arrives.
BURST = timedelta(seconds=0.5)
# Workers' clocks differ by less than this; an instant further ahead was written by a clock that jumped.
SKEW = timedelta(seconds=60)
MINUTE = timedelta(minutes=1)
# LemonData counts the requests of any minute, as they arrive, and a burst is among them: the bucket fills
# so much slower than its rate that no minute holds more than a minute's worth.
LEAN = 1.012


def affordable(spent_until: datetime, *, rate: float, now: datetime) -> int:
    """Return how many requests may start now, at `rate` requests a minute."""
    interval = _interval(rate)
    ahead = _spent(spent_until, interval, now) - now
    return max(0, (BURST * LEAN + interval - ahead) // interval)


def spend(spent_until: datetime, count: int, *, rate: float, now: datetime) -> datetime:
    """Return `spent_until` after `count` requests more."""
    interval = _interval(rate)
    return _spent(spent_until, interval, now) + count * interval


def spare(tokens: int, *, rate: float) -> int:
    """Return how many of `tokens` would soon be lost: what ripens while the bucket is full is no more."""
    full = BURST * LEAN // _interval(rate) + 1
    return max(0, tokens - full // 2)


def _interval(rate: float) -> timedelta:
    return MINUTE / rate * LEAN


def _spent(spent_until: datetime, interval: timedelta, now: datetime) -> datetime:
    jumped = spent_until > now + BURST + interval + SKEW
    return now if jumped else max(spent_until, now)
