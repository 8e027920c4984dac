"""What sums say: counts, rates and quantiles."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.accounts.schemas import AccountOut, Standing
from app.statistics.bins import quantile
from app.statistics.sums import (
    AT_FIXED,
    ATTEMPTS,
    DELAY,
    DELIVERED,
    DURATION,
    GIVEN_UP,
    LATENCY,
    POLLS,
    Sums,
    bins_of,
)
from app.tasks.status import TERMINAL, Status


class Quantiles(BaseModel):
    """Times in seconds, each to within 4.4 % of itself; null where there are none."""

    p50: float | None
    p95: float | None

    @classmethod
    def of(cls, sums: Sums, name: str) -> Self:
        """Read them out of the counts of a time."""
        bins = bins_of(sums, name)
        return cls(p50=quantile(bins, 0.5), p95=quantile(bins, 0.95))


class Figures(BaseModel):
    """What became of tasks that ended within the window."""

    counts: dict[Status, int] = Field(description="Ended tasks by status")
    success_rate: float | None = Field(
        description="Completed ones of all that ended otherwise than by `cancelled`"
    )
    duration: Quantiles = Field(description="From a task's creation to its completion")
    detection: Quantiles = Field(
        description="Delay of detection, at most: from the last look that saw a task unfinished to the first "
        "that saw it completed or failed"
    )
    polls_per_task: float | None

    @classmethod
    def of(cls, sums: Sums) -> Self:
        """Show what `sums` say."""
        return cls(**_figures(sums))


class Polls(BaseModel):
    """What was asked of LemonData for tasks that ended within the window."""

    made: int
    at_fixed: int = Field(
        description="What asking every 3 s, as the vendor's sample does, would have taken"
    )
    saved: int = Field(description="The difference: budget that others could use")


class Traffic(BaseModel):
    """Webhooks within the window."""

    attempts: int
    delivered: int
    given_up: int
    success_rate: float | None = Field(
        description="Delivered ones of all that were brought to an end"
    )
    latency: Quantiles = Field(description="From the event to the answer that took it")

    @classmethod
    def of(cls, sums: Sums) -> Self:
        """Show what `sums` say."""
        delivered, given_up = sums.get(DELIVERED, 0), sums.get(GIVEN_UP, 0)
        return cls(
            attempts=sums.get(ATTEMPTS, 0), delivered=delivered, given_up=given_up,
            success_rate=_rate(delivered, delivered + given_up), latency=Quantiles.of(sums, LATENCY),
        )  # fmt: skip


class Budget(BaseModel):
    """An account's budget: requests a minute as set, as allowed now, and as used in the last minute."""

    account: str
    rpm: int
    allowed_rpm: float
    used: int
    state: Standing
    why: str | None
    paused_until: datetime | None

    @classmethod
    def of(cls, account: AccountOut) -> Self:
        """Show what of an account concerns its budget."""
        return cls(account=account.name, **account.model_dump(include=set(cls.model_fields)))


def polls(sums: Sums) -> Polls:
    """Show what was asked, and what was not."""
    made, at_fixed = max(0, sums.get(POLLS, 0)), max(0, sums.get(AT_FIXED, 0))
    return Polls(made=made, at_fixed=at_fixed, saved=at_fixed - made)


def _figures(sums: Sums) -> dict[str, object]:
    # Below zero is an end that was taken back and, of a release before, never counted.
    counts = {status: max(0, sums.get(status.value, 0)) for status in TERMINAL}
    ended = sum(counts.values())
    return {
        "counts": counts,
        "success_rate": _rate(counts[Status.COMPLETED], ended - counts[Status.CANCELLED]),
        "duration": Quantiles.of(sums, DURATION),
        "detection": Quantiles.of(sums, DELAY),
        "polls_per_task": round(max(0, sums.get(POLLS, 0)) / ended, 2) if ended else None,
    }


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
