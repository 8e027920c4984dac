"""The tables that a person reads, and what the figures are judged by."""

from collections.abc import Iterator, Sequence

from benchmarks.aligned import Cell, titled, whole
from benchmarks.bound import Bound, Rule, table
from benchmarks.waiting.measure import Waited

Results = Sequence[Waited]

HEAD: list[Cell] = ["database", "waiters", "tasks", "empty MB", "waiting MB", "most MB", "arriving s",
                    "statements/s", "p50 s", "p99 s", "last s"]  # fmt: skip

RULES: tuple[Rule[Results], ...] = (
    Rule(says="MB at most", of=lambda all_: max(one.most_mb for one in all_), most=400),
    Rule(says="statements/s", of=lambda all_: max(one.statements for one in all_), most=2),
    Rule(says="last answer, s", of=lambda all_: max(one.last for one in all_), most=1),
)


def judge(results: Results) -> Sequence[Bound]:
    """Hold the results against every bound, which are for 2,000 that wait."""
    return [rule.judge(results) for rule in RULES] if results else []


def report(results: Results, bounds: Sequence[Bound], failed: Sequence[str]) -> Iterator[str]:
    """Yield the lines."""
    yield from titled("Waiting: memory of the API process, and seconds from commit to answer", [
        HEAD, *(_line(one) for one in results)
    ])  # fmt: skip
    if judged := table(bounds):
        yield from titled("Bounds", judged)
    yield from (f"Failed: {line}" for line in failed)


def _line(one: Waited) -> list[Cell]:
    return [
        one.database, f"{one.waiters:,}", f"{one.tasks:,}", whole(one.empty_mb), whole(one.waiting_mb),
        whole(one.most_mb), f"{one.arriving:.1f}", f"{one.statements:.1f}",
        *(f"{late:.3f}" for late in (one.p50, one.p99, one.last)),
    ]  # fmt: skip
