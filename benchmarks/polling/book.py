"""What the upstream saw of each task, on the one clock by which all peers are judged."""

from array import array
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from benchmarks.rank import nearest_rank


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late requests came, in seconds."""

    count: int
    mean: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened while the book was open."""

    seconds: float
    answered: int  # Answers written; what was only asked does not count.
    tasks: int  # Tasks asked for since the start.
    lateness: Lateness | None  # Against the interval; None where nothing came twice.
    first: Lateness | None  # Of first requests, against the instant that their ids name.
    overdue: int  # Of `lateness`, those still awaited at the end: at least so late.

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return asdict(self)


class Book:
    """Notes when each task was asked for and answered; sums up what lies between open and close."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._answered_at: dict[str, float] = {}
        self._asked: set[str] = set()
        self._firsts = array("d")
        self._opened_at: float | None = None
        self.answers = 0
        self._gaps = array("d")

    @property
    def tasks(self) -> int:
        """How many have been asked for since the start."""
        return len(self._asked)

    def open(self, now: float) -> None:
        """Count from now on."""
        self._opened_at = now
        self.answers = 0
        self._gaps = array("d")

    def ask(self, task: str, now: float, *, late: float | None = None) -> None:
        """Note a request; `late` is how long after its due time a first one came, where that is known."""
        if task not in self._asked:
            self._asked.add(task)
            if late is not None:
                self._firsts.append(late)
        before = self._answered_at.pop(task, None)
        if before is not None and self._opened_at is not None:
            self._gaps.append(now - before)

    def answer(self, task: str, now: float, *, final: bool) -> None:
        """Note an answer; after a `final` one nobody need come again."""
        self.answers += 1
        if not final:
            self._answered_at[task] = now

    def close(self, now: float, *, interval: float) -> Seen:
        """Sum up. A task that is still awaited counts as being as late as it is by now.

        Without those, the one that never comes back would look better than the one that comes late.
        """
        awaited = (now - at - interval for at in self._answered_at.values())
        overdue = [late for late in awaited if late > 0]
        return Seen(
            seconds=now - (now if self._opened_at is None else self._opened_at),
            answered=self.answers,
            tasks=self.tasks,
            lateness=summary([*(gap - interval for gap in self._gaps), *overdue]),
            first=summary(self._firsts),
            overdue=len(overdue),
        )


def summary(values: Iterable[float]) -> Lateness | None:
    """Return mean and percentiles, by the nearest rank; None of nothing."""
    ranked = sorted(values)
    if not ranked:
        return None
    p50, p99 = (nearest_rank(ranked, share) for share in (0.5, 0.99))
    return Lateness(len(ranked), sum(ranked) / len(ranked), p50, p99)
