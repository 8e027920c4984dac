"""What a run does, and what has been measured of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from benchmarks.bound import divided
from benchmarks.register.site import Kind

Way = Literal["batch", "single", "again"]
Side = Literal["ours", "theirs"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How much of what."""

    databases: Sequence[Kind]
    ways: Sequence[Way]
    size: int  # Of a batch.
    batches: int
    requests: int
    clients: Sequence[int]
    turns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One thing that both sides do."""

    database: Kind
    way: Way
    clients: int
    with_metadata: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What one side did in one turn."""

    requests: int
    rows: int  # In all tables.
    items: int
    seconds: float
    cpu: float  # Seconds, of whoever registers.
    database_cpu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A case, with the turns of both."""

    case: Case
    ours: Sequence[Turn]
    theirs: Sequence[Turn]

    def middle(self, side: Side, figure: Callable[[Turn], float]) -> float:
        """Return the median of a figure over the turns."""
        return median(figure(turn) for turn in getattr(self, side))

    @property
    def by_rate(self) -> float | None:
        """What share our rate is of theirs."""
        return divided(self.middle("ours", rate), self.middle("theirs", rate))

    @property
    def by_cpu(self) -> float | None:
        """What share their CPU for an item is of ours, the database's included."""
        return divided(self.middle("theirs", cost), self.middle("ours", cost))


def rate(turn: Turn) -> float:
    """Return items a second."""
    return turn.items / turn.seconds


def cost(turn: Turn) -> float:
    """Return the CPU for 1,000 items, in ms, the database's included."""
    return 1e6 * (turn.cpu + turn.database_cpu) / turn.items
