"""What the measurements are judged by, and whether they are within it."""

from collections.abc import Callable, Sequence

from benchmarks.bound import Bound, Rule, divided
from benchmarks.history.results import Results


def judge(results: Results) -> Sequence[Bound]:
    """Hold the results against every bound."""
    return [rule.judge(results) for rule in RULES]


def _slowest(way: str) -> Callable[[Results], float | None]:
    def slowest(results: Results) -> float | None:
        return max((one.p99 for one in results.answers if one.way == way), default=None)

    return slowest


def _far_to_near(results: Results) -> float | None:
    """Return the most that a full page far back costs, in first pages of the same question."""
    near = {one.question: one for one in results.answers if one.place == "newest"}
    ratios = [
        one.p50 / near[one.question].p50
        for one in results.answers
        if one.place == "far back"
        and one.question in near
        and one.tasks == near[one.question].tasks
    ]
    return max(ratios, default=None)


def _polls(results: Results) -> float | None:
    cost = {one.history > 0: one.p50 for one in results.rounds}
    return divided(cost.get(True), cost.get(False))


RULES = (
    Rule(says="slowest p99 of any question, by query, ms", of=_slowest("query"), most=50),
    Rule(says="slowest p99 of any question, by HTTP, ms", of=_slowest("http"), most=50),
    Rule(says="p50 of a page far back / of the first", of=_far_to_near, most=2),
    Rule(says="slowest p99 of GET /v1/stats, ms", of=_slowest("stats"), most=100),
    Rule(says="polls, with history / without", of=_polls, most=1.2),
)
