"""Which mood strikes a request; pure, with chance and time as arguments."""

from datetime import timedelta
from itertools import accumulate
from typing import TypeVar

from app.simulator.moods.moods import FAULTS, Moods
from app.simulator.moods.strike import Asked, Draw, Page, Refuse, Retell, Spoil, Strike

T = TypeVar("T")
ODD_WORDS = ("queued", "in_progress", "succeeded", "COMPLETED", "")

_ACCOUNT = {
    "revoked": Refuse("account", 401, "invalid_api_key", "This API key was revoked."),
    "out_of_quota": Refuse("account", 402, "insufficient_quota", "The balance is used up."),
    "denied": Refuse("account", 403, "access_denied", "This key has no access to this."),
}
_FAILURES = (
    (500, "internal_error", "Something went wrong."),
    (502, "upstream_error", "The provider answered with an error."),
    (503, "all_channels_failed", "No provider is available for this model."),
    (504, "timeout_error", "The provider did not answer in time."),
)


def at_the_door(moods: Moods, draw: Draw) -> Refuse | None:
    """Refuse any request while the account is broken, or during a pause or an outage."""
    if moods.account != "good":
        return _ACCOUNT[moods.account]
    if moods.pause:
        return throttle("pause", timedelta(seconds=moods.pause))
    return _fail("down", moods, draw) if moods.down else None


def throttle(mood: str, wait: timedelta) -> Refuse:
    """Refuse a request that comes too soon by `wait`."""
    return Refuse(mood, 429, "rate_limit_exceeded", "Too many requests.", wait)


def at_the_answer(moods: Moods, asked: Asked, draw: Draw) -> Strike | None:
    """Say what befalls the answer to a status request, or None if it is given as it should be."""
    if moods.unified_only and not asked.unified:
        return _absent("unified_only")
    if asked.age is not None and asked.age < timedelta(seconds=moods.unknown_for):
        return _absent("unknown_for")
    fault = _fault(moods, draw.fault)
    if fault is None:
        return Retell("no_url") if asked.completed and draw.urls < moods.no_url else None
    return _strike(fault, moods, draw)


def _strike(fault: str, moods: Moods, draw: Draw) -> Strike:
    match fault:
        case "errors":
            return _fail("errors", moods, draw)
        case "html_502":
            return Page("html_502", 502)
        case "html_200":
            return Page("html_200", 200)
        case "flapping_404":
            return _absent("flapping_404")
        case "odd_status":
            return Retell("odd_status", _pick(ODD_WORDS, draw.variant))
        case _:
            return Spoil(fault)


def _fault(moods: Moods, draw: float) -> str | None:
    """Find the fault in whose share of the unit interval the draw falls."""
    ends = accumulate(getattr(moods, name) for name in FAULTS)
    return next((name for name, end in zip(FAULTS, ends, strict=True) if draw < end), None)


def _fail(mood: str, moods: Moods, draw: Draw) -> Refuse:
    status, code, message = _pick(_FAILURES, draw.variant)
    wait = timedelta(seconds=moods.unavailable_for if status == 503 else 0)
    return Refuse(mood, status, code, message, wait)


def _absent(mood: str) -> Refuse:
    message = "Task not found or no longer available."
    return Refuse(mood, 404, "async_task_not_found", message)


def _pick(choices: tuple[T, ...], draw: float) -> T:
    return choices[int(draw * len(choices))]
