"""Which events an endpoint wants."""

from collections.abc import Iterable

from app.tasks.status import TERMINAL, Status

EVERYTHING = frozenset({"*", "task.*"})
ENDS = frozenset(f"task.{status}" for status in TERMINAL)
PROCESSING = f"task.{Status.PROCESSING}"
# Of the operator's own interest: they go to the client `default`, and the task wildcards miss them.
BROKEN, RECOVERED = "account.broken", "account.recovered"
FAILING, DISABLED, WORKING = "webhook.failing", "webhook.disabled", "webhook.recovered"
OPERATORS = {
    BROKEN: "account.*", RECOVERED: "account.*",
    FAILING: "webhook.*", DISABLED: "webhook.*", WORKING: "webhook.*",
}  # fmt: skip
KNOWN = EVERYTHING | ENDS | {PROCESSING} | OPERATORS.keys() | set(OPERATORS.values())


def wants(events: Iterable[str], event_type: str) -> bool:
    """Tell whether a filter of `events` lets `event_type` through; wildcards mean the ends of tasks."""
    named = set(events)
    if wildcard := OPERATORS.get(event_type):
        return bool(named & {event_type, wildcard})
    return event_type in named or (event_type in ENDS and bool(named & EVERYTHING))
