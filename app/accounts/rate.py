"""How fast an account may be asked: its setting, less what 429s have taught (AIMD, Chiu and Jain 1989)."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.accounts.budget import SKEW
from app.accounts.state import Health
from app.clock import EPOCH

CUT = 0.7  # What is left of the rate after one cut, at least.
EASE = 0.95  # And of what the last minute has shown to be possible.
# A limit shows itself by 429s after about as many requests each time; others are about something else.
SAME = 0.9
HALF_LIFE = timedelta(hours=1)  # Of that experience: the allowance may have shrunk.
LEAST_SHARE = 0.05  # Of the setting: no series of 429s stops an account altogether.
QUIET = timedelta(minutes=1)  # Without a 429, before the rate is raised again.
RISE = 1 / 20  # Of the rate after the cut, a minute: near a true limit the next 429 is not soon.
LEAST_RISE = 1 / 300  # Of the setting, a minute.
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
    since = now - health.ramp_from
    # An instant far ahead was written by a clock that jumped.
    ramp = min(1.0, max(LEAST_RAMP, since / RAMP)) if since > -SKEW else 1.0
    return max(1.0, _steady(health, rpm, now=now) * ramp)


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
    known = health.peak * 0.5 ** max(0.0, (at - health.peak_at) / HALF_LIFE)
    is_same = SAME * known <= used <= known / SAME
    peak = max(used, known)
    after = replace(health, paused_until=until, limited_until=until, peak=peak, peak_at=at)
    if at - health.limited_until > REPEATED or not is_same:
        return after
    now_allowed = _steady(health, rpm, now=at)
    rate = max(CUT * now_allowed, min(now_allowed, EASE * used), LEAST_SHARE * rpm)
    return replace(after, learnt=rate, learnt_at=until)


def pause_of(wait: timedelta | None) -> timedelta:
    """Return for how long to pause when `wait` was asked for: a second at least, an hour at most."""
    return DEFAULT_PAUSE if wait is None else max(SHORTEST_PAUSE, min(wait, LONGEST_PAUSE))


def _steady(health: Health, rpm: int, *, now: datetime) -> float:
    """Return what is allowed apart from the ramp."""
    most = min(rpm, health.ceiling or rpm)
    if health.learnt is None or health.learnt_at > now + LONGEST_PAUSE:
        return most
    quiet = max(timedelta(), now - health.learnt_at - QUIET)
    step = max(RISE * health.learnt, LEAST_RISE * rpm)
    return min(most, health.learnt + step * (quiet / MINUTE))
