"""What measurements are judged by, and whether they are within it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from benchmarks.aligned import Cell

Results = TypeVar("Results")


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that is to hold; `measured` is None where the run did not look at it."""

    says: str
    most: float | None
    least: float | None
    measured: float | None

    @property
    def holds(self) -> bool | None:
        """Whether it does."""
        if self.measured is None:
            return None
        return (self.most is None or self.measured <= self.most) and (
            self.least is None or self.measured >= self.least
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule(Generic[Results]):
    """What a bound is held against."""

    says: str
    of: Callable[[Results], float | None]
    most: float | None = None
    least: float | None = None

    def judge(self, results: Results) -> Bound:
        """Hold the results against it."""
        return Bound(self.says, self.most, self.least, self.of(results))


def divided(over: float | None, under: float | None) -> float | None:
    """Return the ratio, where there is one."""
    return over / under if over is not None and under else None


def table(bounds: Sequence[Bound]) -> list[list[Cell]]:
    """Lay out those that were measured, if there are any."""

    def line(bound: Bound) -> list[Cell]:
        limit = f"<= {bound.most:g}" if bound.most is not None else f">= {bound.least:g}"
        return [bound.says, f"{bound.measured:.3g}", limit, "holds" if bound.holds else "BROKEN"]

    judged = [line(bound) for bound in bounds if bound.measured is not None]
    return [["bound", "measured", "limit", ""], *judged] if judged else []
