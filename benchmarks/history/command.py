"""`./dev bench history`: what looking up tasks costs among millions, and what polling costs beside them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.history.bounds import judge
from benchmarks.history.report import report
from benchmarks.history.results import Results
from benchmarks.history.run import run
from benchmarks.written import write


def history(
    *,
    tasks: Annotated[int, typer.Option(help="Finished ones, over a year.", min=1)] = 1_000_000,
    live: Annotated[int, typer.Option(help="Tasks under way.", min=500)] = 10_000,
    requests: Annotated[int, typer.Option(help="Of each question at each place.", min=1)] = 200,
    polls: Annotated[int, typer.Option(help="Rounds of 500, on each database.", min=1)] = 40,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/history.json"
    ),
) -> None:
    """Measure GET /v1/tasks by each filter, near and far back, GET /v1/stats, and polls beside a history.

    Ten million tasks take some 15 GB and a quarter of an hour.
    """
    results = Results()
    try:
        run(tasks=tasks, live=live, requests=requests, polls=polls, results=results)
    finally:
        bounds = judge(results)
        typer.echo("\n".join(report(results, bounds)))
        typer.echo(
            "\nnewest: the first page. a day: the first page of one day of the year. far back: a page"
            "\nbehind a cursor, 85 to 95 % of the way. 50 tasks a page, one question at a time."
        )
        plan = {"tasks": tasks, "live": live, "requests": requests, "polls": polls}
        judged = [asdict(bound) | {"holds": bound.holds} for bound in bounds]
        write(json_file, {"plan": plan, **results.as_json(), "bounds": judged})
