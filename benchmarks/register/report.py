"""The tables that a person reads, and what the figures are judged by."""

from collections.abc import Iterator, Sequence

from benchmarks.aligned import Cell, ratio, share, titled, whole
from benchmarks.bound import Bound, Rule, table
from benchmarks.register.plan import Measured, Side, Turn, Way, cost

Results = Sequence[Measured]

TITLES: dict[Way, str] = {
    "batch": "POST /v1/tasks/batch, and raw SQL alone",
    "single": "POST /v1/tasks, and a bare FastAPI route over raw SQL",
    "again": "The same of tasks that are tracked already",
}
HEAD: list[Cell] = ["database", "clients", "metadata", "ours: requests/s", "rows/s", "CPU", "of it database",
                    "theirs: requests/s", "rows/s", "CPU", "of it database", "by rate", "by CPU"]  # fmt: skip


def _least(results: Results, way: Way) -> float | None:
    return min((one.by_rate or 0.0 for one in results if one.case.way == way), default=None)


RULES: tuple[Rule[Results], ...] = (
    Rule(says="batch, of raw SQL's rate", of=lambda all_: _least(all_, "batch"), least=0.5),
    Rule(says="single, of the bare route's", of=lambda all_: _least(all_, "single"), least=0.6),
)


def judge(results: Results) -> Sequence[Bound]:
    """Hold the worst of the results against every bound."""
    return [rule.judge(results) for rule in RULES]


def report(results: Results, bounds: Sequence[Bound], failed: Sequence[str]) -> Iterator[str]:
    """Yield the lines."""
    for way, title in TITLES.items():
        if lines := [_line(one) for one in results if one.case.way == way]:
            yield from titled(title, [HEAD, *lines])
    if judged := table(bounds):
        yield from titled("Bounds", judged)
    yield from (f"Failed: {line}" for line in failed)


def _line(one: Measured) -> list[Cell]:
    case = one.case
    sides = [cell for side in ("ours", "theirs") for cell in _cells(one, side)]
    metadata = "yes" if case.with_metadata else "no"
    return [
        case.database,
        whole(case.clients),
        metadata,
        *sides,
        share(one.by_rate),
        ratio(one.by_cpu),
    ]


def _cells(one: Measured, side: Side) -> list[Cell]:
    def of_database(turn: Turn) -> float:
        return 1e6 * turn.database_cpu / turn.items

    requests = one.middle(side, lambda turn: turn.requests / turn.seconds)
    rows = one.middle(side, lambda turn: turn.rows / turn.seconds)
    return [
        f"{requests:,.1f}" if requests < 100 else whole(requests), whole(rows),
        whole(one.middle(side, cost)), whole(one.middle(side, of_database)),
    ]  # fmt: skip
