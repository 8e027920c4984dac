"""The tables that a person reads."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.aligned import Cell, ratio, share, titled, whole
from benchmarks.bound import Bound, divided, table
from benchmarks.polling.growth import Growth
from benchmarks.polling.measure import SERVERS, Figures
from benchmarks.polling.results import Results

MB = 1e6


def report(results: Results, bounds: Sequence[Bound]) -> Iterator[str]:
    """Yield the lines."""
    if figures := results.of("saturation"):
        title = "Saturation: more tasks due than can be asked for; of several turns the middle one"
        yield from titled(title, _costs(figures))
    for tasks in sorted({one.tasks for one in results.of("lateness")}):
        title = f"Lateness: {tasks:,} tasks, each every 3 s"
        yield from titled(title, _lateness(results.of("lateness", tasks)))
    if figures := results.of("embedded"):
        yield from titled("Embedded: `lemonwatch up` on SQLite", _lateness(figures))
    if results.growth:
        yield from titled("Growth: ours, 10,000 tasks, on a history", _growth(results.growth))
    if judged := table(bounds):
        yield from titled("Bounds", judged)
    yield from (f"Failed: {line}" for line in results.failed)


def _costs(figures: Sequence[Figures]) -> list[list[Cell]]:
    """Lay out CPU in milliseconds per 1,000 polls, and its ratios to ours."""
    ours = next((one for one in figures if one.peer == "ours"), None)
    head: list[Cell] = ["peer", "polls/s", "client", "database", "broker", "all", "client x", "all x",
            "polls/s x", "client core", "servers core"]  # fmt: skip
    return [head, *(_cost(one, ours) for one in figures)]


def _cost(one: Figures, ours: Figures | None) -> list[Cell]:
    def times(of: Callable[[Figures], float | None]) -> Cell:
        return ratio(divided(of(one), of(ours))) if ours else None

    return [
        one.peer, whole(one.rate),
        *(whole(one.per_thousand(part)) for part in ("client", "database", "broker")),
        whole(one.per_thousand("client", "database", "broker")),
        times(lambda f: f.per_thousand("client")),
        times(lambda f: f.per_thousand("client", "database", "broker")),
        times(lambda f: f.rate),
        share(one.share("client")), share(one.share(*SERVERS)),
    ]  # fmt: skip


def _lateness(figures: Sequence[Figures]) -> list[list[Cell]]:
    head: list[Cell] = ["peer", "polls/s", "mean s", "p50 s", "p99 s", "first p99 s", "overdue",
                        "tasks asked", "client", "database", "client core", "servers core"]  # fmt: skip
    return [head, *(_late(one) for one in figures)]


def _late(one: Figures) -> list[Cell]:
    late, first = one.seen.lateness, one.seen.first
    return [
        one.peer, whole(one.rate),
        *((f"{late.mean:.3f}", f"{late.p50:.3f}", f"{late.p99:.3f}") if late else (None,) * 3),
        f"{first.p99:.3f}" if first else None, str(one.seen.overdue), str(one.seen.tasks),
        whole(one.per_thousand("client")), whole(one.per_thousand("database")),
        share(one.share("client")), share(one.share(*SERVERS)),
    ]  # fmt: skip


def _growth(growth: Sequence[Growth]) -> list[list[Cell]]:
    head: list[Cell] = ["history", "polls", "recorded", "polls/s", "PG ms/1k", "WAL kB/1k", "HOT", "poll MB",
                        "task MB", "transition MB", "others MB", "all tables MB"]  # fmt: skip
    return [head, *(_grown(one) for one in growth)]


def _grown(one: Growth) -> list[Cell]:
    named = ("poll", "task", "transition")
    others = sum(size for name, size in one.grown.items() if name not in named)
    figures, wal = one.figures, one.wal_per_thousand
    return [
        f"{one.history:,}", f"{figures.seen.answered:,}", f"{one.recorded:,}",
        whole(figures.rate),
        None if (used := figures.per_thousand("database")) is None else f"{used:.1f}",
        whole(wal), share(one.hot),
        *(f"{size / MB:+.1f}" for size in (*(one.grown.get(name, 0) for name in named), others)),
        whole(one.size / MB),
    ]  # fmt: skip
