"""What the measurements are judged by, and whether they are within it."""

from collections.abc import Callable, Sequence

from benchmarks.bound import Bound, Rule, divided
from benchmarks.polling.results import Results

MILLION = 1_000_000


def judge(results: Results) -> Sequence[Bound]:
    """Hold the results against every bound."""
    return [rule.judge(results) for rule in RULES]


def _times(
    over: str, under: str, scenario: str = "saturation", tasks: int | None = None
) -> Callable[[Results], float | None]:
    def ratio(results: Results) -> float | None:
        both = [results.find(scenario, peer, tasks) for peer in (over, under)]
        return divided(*(one.per_thousand("client") if one else None for one in both))

    return ratio


def _rate(results: Results) -> float | None:
    figures = results.find("saturation", "ours")
    return figures.rate if figures else None


def _p99(scenario: str, peer: str, tasks: int) -> Callable[[Results], float | None]:
    def late(results: Results) -> float | None:
        figures = results.find(scenario, peer, tasks)
        return figures.seen.lateness.p99 if figures and figures.seen.lateness else None

    return late


def _database(results: Results, history: int = 0) -> float | None:
    found = (one.figures for one in results.growth if one.history == history)
    figures = next(found, None)
    return figures.per_thousand("database") if figures else None


def _on_history(results: Results) -> float | None:
    return divided(_database(results, 5 * MILLION), _database(results))


RULES = (
    Rule(says="client CPU of Celery / ours", of=_times("celery", "ours"), least=40),
    Rule(says="client CPU of threads / ours", of=_times("threads", "ours"), least=6),
    # Saturated, the bare loop asks more often, and what is done for many answers at once costs each of
    # them less; so at one load, too.
    Rule(says="client CPU of ours / bare, saturated", of=_times("ours", "bare"), most=1.7),
    Rule(
        says="client CPU of ours / bare, 10,000 tasks",
        of=_times("ours", "bare", "lateness", 10_000),
        most=1.7,
    ),
    Rule(says="polls/s on one core", of=_rate, least=3_000),
    Rule(says="p99 lateness, 10,000 tasks, s", of=_p99("lateness", "ours", 10_000), most=0.25),
    Rule(says="PostgreSQL CPU, ms / 1,000 polls", of=_database, most=25),
    Rule(says="the same at 5 M rows of history / at none", of=_on_history, most=1.2),
    Rule(says="p99 lateness, embedded, s", of=_p99("embedded", "embedded", 1_000), most=0.5),
)
