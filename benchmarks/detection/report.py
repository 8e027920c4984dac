"""The table that a person reads."""

from collections.abc import Iterator, Sequence

from benchmarks.aligned import Cell, aligned
from benchmarks.detection.measure import Row

HEAD: list[Cell] = ["world", "policy", "mean s", "p50 s", "p95 s", "polls/task", "product", "bound",
                    "used", "mean x", "p95 x"]  # fmt: skip


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines; learning is compared with fixed."""
    fixed = {row.world: row for row in rows if row.found.policy == "fixed"}
    return aligned([HEAD, *(_cells(row, fixed.get(row.world)) for row in rows)])


def _cells(row: Row, fixed: Row | None) -> list[Cell]:
    found, delay = row.found, row.found.delay
    times: list[Cell] = [None, None]
    if fixed and found.policy == "learning":
        other = fixed.found.delay
        times = [f"{delay.mean / other.mean:.2f}", f"{delay.p95 / other.p95:.2f}"]
    return [
        row.world, found.policy, f"{delay.mean:.2f}", f"{delay.p50:.2f}", f"{delay.p95:.2f}",
        f"{found.polls_per_task:.2f}", f"{found.product:.1f}", f"{found.bound:.1f}",
        f"{found.budget_used:.0%}", *times,
    ]  # fmt: skip
