"""The states of an endpoint, and what is known of how it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EndpointState(StrEnum):
    """Whether an endpoint is sent to."""

    ENABLED = "enabled"
    FAILING = "failing"  # Sent to all the same; its owner had better look.
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """How an endpoint is, by what came of attempts since the last that it took."""

    state: EndpointState
    disabled_reason: str | None = None
    failures: int = 0  # In a row, over all of its deliveries.
    failing_since: datetime | None = None
    last_failure: str | None = None
    warned: int = 0  # How many warnings there have been.
