"""Which events an endpoint wants."""

from collections.abc import Iterable

from app.tasks.status import TERMINAL, Status

EVERYTHING = frozenset({"*", "task.*"})
ENDS = frozenset(f"task.{status}" for status in TERMINAL)
PROCESSING = f"task.{Status.PROCESSING}"
KNOWN = EVERYTHING | ENDS | {PROCESSING}


def wants(events: Iterable[str], event_type: str) -> bool:
    """Tell whether a filter of `events` lets `event_type` through; wildcards mean the ends of tasks."""
    named = set(events)
    return event_type in named or (event_type in ENDS and bool(named & EVERYTHING))
