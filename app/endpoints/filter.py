"""Which events an endpoint wants."""

from collections.abc import Iterable

from app.tasks.status import TERMINAL, Status

EVERYTHING = frozenset({"*", "task.*"})
ENDS = frozenset(f"task.{status}" for status in TERMINAL)
PROCESSING = f"task.{Status.PROCESSING}"
# Of the operator's own interest: they go to the client `default`, and the task wildcards miss them.
BROKEN, RECOVERED = "account.broken", "account.recovered"
ACCOUNTS = "account.*"
KNOWN = EVERYTHING | ENDS | {PROCESSING, ACCOUNTS, BROKEN, RECOVERED}


def wants(events: Iterable[str], event_type: str) -> bool:
    """Tell whether a filter of `events` lets `event_type` through; wildcards mean the ends of tasks."""
    named = set(events)
    if event_type in {BROKEN, RECOVERED}:
        return bool(named & {event_type, ACCOUNTS})
    return event_type in named or (event_type in ENDS and bool(named & EVERYTHING))
