"""Where an account stands, and what is known of its health, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.clock import EPOCH


class AccountState(StrEnum):
    """Where an account stands. A pause is none of these: it is a timestamp that expires by itself."""

    OK = "ok"
    BROKEN = "broken"  # LemonData refuses its key, or it has none.
    DOWN = "down"  # LemonData cannot be reached, or cannot answer.
    DISABLED = "disabled"  # By the operator.

    @property
    def is_probed(self) -> bool:
        """Whether a canary is sent now and then, and nothing else."""
        return self in {AccountState.BROKEN, AccountState.DOWN}


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What answers have shown of an account."""

    state: AccountState = AccountState.OK
    why: str | None = None
    since: datetime = EPOCH  # When the state began.
    failures: int = 0  # Outages in a row, over all tasks.
    denials: int = 0  # Refusals in a row that might be about a task alone.
    worked_at: datetime = EPOCH  # When it last worked, to a quarter of a minute.
    canary_at: datetime | None = None  # When to send the next; None when none is wanted.
    heard: str | None = None  # What the last canary brought.
    heard_at: datetime | None = None
    paused_until: datetime = EPOCH
    limited_until: datetime = EPOCH  # The end of the last pause that a 429 asked for.
    peak: float = (
        0.0  # The most requests of a minute that ended in a 429, less and less as time goes by.
    )
    peak_at: datetime = EPOCH
    learnt: float | None = None  # Requests a minute after the last cut; None before the first.
    learnt_at: datetime = EPOCH
    ceiling: int | None = None  # Requests a minute, as LemonData's headers say.
    ramp_from: datetime = EPOCH  # When it came back from an outage.
