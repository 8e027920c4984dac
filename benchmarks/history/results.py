"""What a run has found out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.rank import nearest_rank


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """How long one question took at one place, in ms, and how many tasks were in an answer."""

    question: str
    place: str
    way: str
    count: int
    tasks: float
    p50: float
    p99: float
    longest: float

    @classmethod
    def of(
        cls, question: str, place: str, way: str, took: Sequence[float], tasks: int
    ) -> "Answers":
        """Sum up requests that took so many seconds, and gave so many tasks in all."""
        ranked = sorted(1000 * seconds for seconds in took)
        return cls(
            question=question, place=place, way=way, count=len(ranked), tasks=tasks / len(ranked),
            p50=nearest_rank(ranked, 0.5), p99=nearest_rank(ranked, 0.99), longest=ranked[-1],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Rounds:
    """What rounds of polls cost on so much history, for 1,000 polls, in ms."""

    history: int
    count: int
    p50: float
    database: float | None  # CPU.


@dataclass(slots=True)
class Results:
    """All of it."""

    filled: float | None = None  # Seconds.
    sizes: dict[str, int] = field(default_factory=dict)  # Bytes by table, with indexes.
    answers: list[Answers] = field(default_factory=list)
    rounds: list[Rounds] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)
