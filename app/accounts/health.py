"""What one answer shows of an account: the breaker, the canaries, and the way back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.accounts.rate import limited
from app.accounts.state import AccountState, Health
from app.clock import EPOCH

# In a row and over all tasks. Where three answers in ten are bad by chance, twelve in a row are not.
OUTAGES = 12
# Refusals that may be about single tasks: so many in a row, once nothing has worked for a while; or,
# where tasks are many, so many that not one good answer was among them.
DENIALS = 3
UNBROKEN_DENIALS = 20
LATELY = timedelta(minutes=1)
WORKED_PRECISION = timedelta(seconds=15)  # Not every good answer is to be written.
FIRST_CANARY = timedelta(seconds=1)
# Of the trouble so far: what was short is over soon after, and what lasts is asked less often.
CANARY_SHARE = 0.25
# A new key is to be noticed within half a minute; an upstream that is down is asked less often.
SLOWEST_CANARY = {
    AccountState.BROKEN: timedelta(seconds=10),
    AccountState.DOWN: timedelta(seconds=20),
}


@dataclass(frozen=True, slots=True)
class Works:
    """LemonData answered, with this key."""


@dataclass(frozen=True, slots=True)
class Limited:
    """The account is to pause, for as long as was told."""

    wait: timedelta | None


@dataclass(frozen=True, slots=True)
class Denied:
    """LemonData refused the key; if not `certain`, perhaps for one task alone."""

    why: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """LemonData could not be reached, or could not answer."""

    why: str


@dataclass(frozen=True, slots=True)
class Odd:
    """Nothing can be said of the account."""

    why: str


News = Works | Limited | Denied | Failed | Odd


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """What one answer says of the account it was asked with."""

    news: News
    asked_at: datetime
    at: datetime
    is_canary: bool = False
    used: int = 0  # Requests of the account in the last minute.
    ceiling: int | None = None  # Requests a minute, where the headers say.
    pause: timedelta | None = None  # Where they say that none remain.


def well_at(health: Health) -> datetime:
    """Return when the account last worked, if nothing is wrong with it; EPOCH if something is."""
    is_well = health.state is AccountState.OK and health.failures == health.denials == 0
    return health.worked_at if is_well else EPOCH


def is_known(worked_at: datetime, at: datetime) -> bool:
    """Tell whether that the account works at `at` is known by `worked_at`; a clock that jumped knows not."""
    return worked_at <= at < worked_at + WORKED_PRECISION


def after(health: Health, signal: Signal, *, rpm: int) -> Health:
    """Return the health of an account, whose setting is `rpm`, after one signal."""
    if health.state is AccountState.DISABLED:
        return health
    if signal.is_canary:
        health = replace(health, heard=_words(signal.news), heard_at=signal.at)
    return _told(_moved(health, signal, rpm), signal)


def _moved(health: Health, signal: Signal, rpm: int) -> Health:
    match signal.news:
        case Works():
            return _works(health, signal)
        case Limited(wait):
            paused = limited(
                health, wait, rpm=rpm, used=signal.used, asked_at=signal.asked_at, at=signal.at
            )
            # Who counts our requests is up, whatever it thinks of our key.
            is_down = health.state is AccountState.DOWN
            return _works(paused, signal) if is_down else _disappointed(paused, signal)
        case Denied(why, certain):
            return _denied(health, signal, why, certain=certain)
        case Failed(why):
            return _failed(health, signal, why)
        case Odd():
            return _disappointed(health, signal)


def _told(health: Health, signal: Signal) -> Health:
    # What a good answer says no more is no longer so.
    if signal.ceiling is not None or isinstance(signal.news, Works):
        health = replace(health, ceiling=signal.ceiling)
    if signal.pause is not None:
        until = max(health.paused_until, signal.at + signal.pause)
        health = replace(health, paused_until=until)
    return health


def _words(news: News) -> str:
    match news:
        case Works():
            return "ok"
        case Limited():
            return "paused by a 429"
        case _:
            return news.why


def _works(health: Health, signal: Signal) -> Health:
    """Come back, if this was asked after the trouble began: what was in flight then proves nothing."""
    was_asked_before = signal.asked_at < health.since and not signal.is_canary
    if health.state.is_probed and was_asked_before:
        return health
    health = replace(health, failures=0, denials=0)
    if not is_known(health.worked_at, signal.at):
        health = replace(health, worked_at=signal.at)
    if not health.state.is_probed:
        return health
    was_down = health.state is AccountState.DOWN
    return replace(
        health,
        state=AccountState.OK, why=None, since=signal.at, canary_at=None,
        ramp_from=signal.at if was_down else health.ramp_from,
    )  # fmt: skip


def _denied(health: Health, signal: Signal, why: str, *, certain: bool) -> Health:
    was_down = health.state is AccountState.DOWN
    failures = 0 if was_down else health.failures
    health = replace(health, denials=health.denials + 1, failures=failures)
    if health.state is AccountState.BROKEN:
        return _disappointed(health, signal)
    works_for_others = signal.at - health.worked_at < LATELY
    if certain or health.denials >= (UNBROKEN_DENIALS if works_for_others else DENIALS):
        return _trouble(health, AccountState.BROKEN, why, at=signal.at)
    return _disappointed(health, signal)


def _failed(health: Health, signal: Signal, why: str) -> Health:
    # While it is down, canaries count alone: what was in flight is one piece of news, many times.
    if health.state is not AccountState.DOWN or signal.is_canary:
        health = replace(health, failures=health.failures + 1)
    if health.state is AccountState.OK and health.failures >= OUTAGES:
        return _trouble(health, AccountState.DOWN, why, at=signal.at)
    return _disappointed(health, signal)


def _trouble(health: Health, state: AccountState, why: str, *, at: datetime) -> Health:
    return replace(health, state=state, why=why, since=at, canary_at=at + FIRST_CANARY)


def _disappointed(health: Health, signal: Signal) -> Health:
    """Send the next canary later, if this was one and the trouble goes on."""
    if not (health.state.is_probed and signal.is_canary):
        return health
    share = (signal.at - health.since) * CANARY_SHARE
    wait = min(max(share, FIRST_CANARY), SLOWEST_CANARY[health.state])
    return replace(health, canary_at=signal.at + wait)
