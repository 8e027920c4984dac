"""What the measurements are judged by, and whether they are within it."""

from collections.abc import Callable, Sequence

from benchmarks.bound import Bound, Rule, divided
from benchmarks.webhooks.results import Results


def judge(results: Results) -> Sequence[Bound]:
    """Hold the results against every bound."""
    return [rule.judge(results) for rule in RULES]


def _late(database: str) -> Callable[[Results], float | None]:
    def ratio(results: Results) -> float | None:
        both = [results.delays_at(database, dead) for dead in (0.2, 0.0)]
        # Of what is recorded all at once the most waits for its turn, which is not judged.
        return divided(*(one.p99 if one and one.rate else None for one in both))

    return ratio


RULES = (
    Rule(says="p99 delay, 20 % dead / none, postgresql", of=_late("postgresql"), most=2),
    Rule(says="p99 delay, 20 % dead / none, sqlite", of=_late("sqlite"), most=2),
)
