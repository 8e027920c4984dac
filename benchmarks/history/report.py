"""The tables that a person reads."""

from collections.abc import Iterator, Sequence

from benchmarks.aligned import Cell, titled, whole
from benchmarks.bound import Bound, table
from benchmarks.history.questions import PLACES
from benchmarks.history.results import Answers, Results

WAYS = {"query": "The page alone, without HTTP", "http": "GET /v1/tasks"}


def report(results: Results, bounds: Sequence[Bound]) -> Iterator[str]:
    """Yield the lines."""
    if results.sizes:
        sizes = ", ".join(f"{name} {size >> 20:,} MB" for name, size in results.sizes.items())
        yield f"Filled in {results.filled:,.0f} s: {sizes}, with indexes."
    for way, title in WAYS.items():
        if answers := [one for one in results.answers if one.way == way]:
            yield from titled(f"{title}: tasks in a page, and ms at p50 and p99", _answers(answers))
    if figures := [one for one in results.answers if one.way == "stats"]:
        lines = [
            [one.question, whole(one.tasks), f"{one.p50:.1f}", f"{one.p99:.1f}"] for one in figures
        ]
        yield from titled("GET /v1/stats, in ms", [["window", "tasks", "p50", "p99"], *lines])
    if results.rounds:
        head: list[Cell] = ["history", "rounds", "ms per 1,000", "of it database CPU"]
        lines = [
            [f"{one.history:,}", whole(one.count), whole(one.p50), whole(one.database)]
            for one in results.rounds
        ]
        yield from titled("Polls, from claim to record", [head, *lines])
    if judged := table(bounds):
        yield from titled("Bounds", judged)


def _answers(answers: Sequence[Answers]) -> list[list[Cell]]:
    found = {(one.question, one.place): one for one in answers}
    head: list[Cell] = ["question"]
    for place in PLACES:
        head += [f"{place}: tasks", "p50", "p99"]
    lines = []
    for question in dict.fromkeys(one.question for one in answers):
        line: list[Cell] = [question]
        for place in PLACES:
            line += _cells(found.get((question, place)))
        lines.append(line)
    return [head, *lines]


def _cells(one: Answers | None) -> list[Cell]:
    return [whole(one.tasks), f"{one.p50:.1f}", f"{one.p99:.1f}"] if one else [None] * 3
