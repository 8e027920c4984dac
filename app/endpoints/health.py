"""What attempts show of an endpoint: when it fails, when to warn, and when nothing more is sent to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.endpoints.filter import DISABLED, FAILING, WORKING
from app.endpoints.state import EndpointState, Health

# In a row; of fewer it may be chance.
FAILURES = 3
# Without a success, and at least so many failures within: then it is disabled.
PATIENCE = timedelta(days=5)
LEAST = 10
# Shares of that time at which a warning is due.
WARNINGS = (0.25, 0.5, 0.75)
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Took:
    """The endpoint took what was sent."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not; `why` is a status or a fault. If `certain`, it will not the next time either."""

    why: str
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """It says that it is there no more."""


Signal = Took | Failed | Gone


def after(health: Health, signal: Signal, *, now: datetime) -> Health:
    """Return the endpoint's health after one attempt. One that is disabled stays so, whatever was sent."""
    if health.state is EndpointState.DISABLED:
        return health
    match signal:
        case Took():
            return Health(state=EndpointState.ENABLED)
        case Gone():
            return _disabled(health, "the receiver answered 410 Gone")
        case Failed(why, certain):
            return _failed(health, why[:LONGEST_REASON], certain=certain, now=now)


def _failed(health: Health, why: str, *, certain: bool, now: datetime) -> Health:
    since, failures = health.failing_since or now, health.failures + 1
    is_failing = certain or failures >= FAILURES or health.state is EndpointState.FAILING
    health = replace(
        health, failures=failures, failing_since=since, last_failure=why,
        state=EndpointState.FAILING if is_failing else EndpointState.ENABLED,
    )  # fmt: skip
    if failures >= LEAST and now - since >= PATIENCE:
        return _disabled(
            health, f"nothing that was sent since {since:%Y-%m-%d %H:%M} UTC was taken"
        )
    passed = sum(now - since >= share * PATIENCE for share in WARNINGS) if is_failing else 0
    return replace(health, warned=max(health.warned, passed))


def _disabled(health: Health, reason: str) -> Health:
    return replace(health, state=EndpointState.DISABLED, disabled_reason=reason)


def news(before: Health, now: Health) -> Sequence[str]:
    """Return what the operator is to be told of the change, as the types of events."""
    if now.state is not before.state and now.state is EndpointState.DISABLED:
        return [DISABLED]
    if now.state is EndpointState.ENABLED and before.state is EndpointState.FAILING:
        return [WORKING]
    is_new = now.state is EndpointState.FAILING and before.state is EndpointState.ENABLED
    return [FAILING] if is_new or now.warned > before.warned else []
