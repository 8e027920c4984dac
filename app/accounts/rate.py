"""How fast an account may be asked: its setting, less what 429s have taught (AIMD, Chiu and Jain 1989)."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.state import Health
from app.clock import EPOCH

CUT = 0.7  # What is left of the rate after one cut, at least.
EASE = 0.9  # And of what the last minute has shown to be possible.
# A 429 after far fewer requests than others came after is about something else than their number.
SAME = 0.8
HALF_LIFE = timedelta(minutes=10)  # Of that experience: the allowance may have shrunk.
LEAST_SHARE = 0.05  # Of the setting: no series of 429s stops an account altogether.
QUIET = timedelta(minutes=1)  # Without a 429, before the rate is raised again.
RISE = 1 / 30  # Of the setting, a minute: a halved rate is whole again after a quarter of an hour.
# 429s no further apart than this after the pause between them are repeated ones.
REPEATED = timedelta(minutes=2)
DEFAULT_PAUSE = timedelta(seconds=15)
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
RAMP = timedelta(seconds=10)  # From a tenth to all of the rate, after an outage.
LEAST_RAMP = 0.1
MINUTE = timedelta(minutes=1)


def allowed(health: Health, rpm: int, *, now: datetime) -> float:
    """Return the requests a minute that the account may be asked now; `rpm` is its setting."""
    most = min(rpm, health.ceiling or rpm)
    ramp = min(1.0, max(LEAST_RAMP, (now - health.ramp_from) / RAMP))
    return max(1.0, min(most, _learnt(health, rpm, now=now)) * ramp)


def limited(
    health: Health, wait: timedelta | None, *, rpm: int, used: int, asked_at: datetime, at: datetime
) -> Health:
    """Return the health after a 429 that asks for a pause of `wait`; it was asked for at `asked_at`.

    `used` is how many requests there were in the minute before.
    """
    # A pause longer than there is was written by a clock that jumped.
    before = health.paused_until if health.paused_until <= at + LONGEST_PAUSE else EPOCH
    until = max(at + pause_of(wait), before)
    if asked_at < before:
        # Asked before the last pause was over, and so in flight when it began: the same news again.
        return replace(health, paused_until=until)
    peak = max(used, health.peak * 0.5 ** max(0.0, (at - health.peak_at) / HALF_LIFE))
    after = replace(health, paused_until=until, peak=peak, peak_at=at)
    if at - before > REPEATED or used < SAME * peak:
        return after
    now_allowed = min(rpm, _learnt(health, rpm, now=at))
    rate = max(CUT * now_allowed, min(now_allowed, EASE * used), LEAST_SHARE * rpm)
    return replace(after, learnt=rate, learnt_at=until)


def pause_of(wait: timedelta | None) -> timedelta:
    """Return for how long to pause when `wait` was asked for: a second at least, an hour at most."""
    return DEFAULT_PAUSE if wait is None else max(SHORTEST_PAUSE, min(wait, LONGEST_PAUSE))


def _learnt(health: Health, rpm: int, *, now: datetime) -> float:
    if health.learnt is None:
        return rpm
    quiet = max(timedelta(), now - health.learnt_at - QUIET)
    return health.learnt + RISE * rpm * (quiet / MINUTE)
