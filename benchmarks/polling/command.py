"""`./dev bench polling`: what polling costs, and how late it comes, beside how others do it."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.options import among, numbers
from benchmarks.polling.bounds import judge
from benchmarks.polling.peers.peers import PEERS
from benchmarks.polling.plan import DEFAULT, FULL, QUICK, SCENARIOS, Plan
from benchmarks.polling.report import report
from benchmarks.polling.results import Results
from benchmarks.polling.run import run
from benchmarks.written import write

NAMES = [peer.name for peer in PEERS]


def polling(
    *,
    only: Annotated[str, typer.Option(help=f"Of {', '.join(NAMES)}.")] = ",".join(NAMES),
    scenario: Annotated[str, typer.Option(help=f"Of {', '.join(SCENARIOS)}.")] = ",".join(
        SCENARIOS
    ),
    quick: Annotated[bool, typer.Option("--quick", help="Some five minutes, and rough.")] = False,
    full: Annotated[bool, typer.Option("--full", help="About an hour.")] = False,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/polling.json"
    ),
    tasks: Annotated[str | None, typer.Option(help="Of the lateness scenario: 1000,10000")] = None,
    polls: Annotated[int | None, typer.Option(help="Of the growth scenario.", min=1)] = None,
    history: Annotated[str | None, typer.Option(help="Ended tasks, of the same: 0,1000000")] = None,
    warm: Annotated[float | None, typer.Option(help="Seconds before counting.", min=0)] = None,
    turns: Annotated[int | None, typer.Option(help="Of the saturation scenario.", min=1)] = None,
    window: Annotated[float | None, typer.Option(help="Seconds of counting.", min=0.1)] = None,
    latency: Annotated[float | None, typer.Option(help="Seconds an answer takes.", min=0)] = None,
    in_flight: Annotated[int | None, typer.Option(help="Requests at once.", min=1)] = None,
) -> None:
    """Measure CPU, lateness and growth of polling, ours and others', with one upstream as judge."""
    chosen: dict[str, Any] = {
        "scenarios": among(scenario, SCENARIOS, "--scenario"), "polls": polls, "warm": warm,
        "tasks": numbers(tasks), "history": numbers(history), "window": window,
        "latency": latency, "in_flight": in_flight, "turns": turns,
    }  # fmt: skip
    named = {name: value for name, value in chosen.items() if value is not None}
    plan = replace(FULL if full else QUICK if quick else DEFAULT, **named)
    names = among(only, NAMES, "--only")
    results = Results()
    try:
        run(plan, [peer for peer in PEERS if peer.name in names], results)
    finally:
        _tell(plan, results, json_file)
    raise typer.Exit(1 if results.failed else 0)


def _tell(plan: Plan, results: Results, json_file: Path) -> None:
    """Print what there is and write it down, also when the run was cut short."""
    bounds = judge(results)
    typer.echo("\n".join(report(results, bounds)))
    typer.echo(
        "\nclient, database, broker: CPU in ms per 1,000 answered polls. x: times ours. core: share of"
        "\none. overdue: tasks still awaited at the end, counted as late as they were by then."
    )
    typer.echo("".join(f"\n{peer.name}: {peer.about}" for peer in PEERS))
    figures = {
        "plan": asdict(plan),
        **results.as_json(),
        "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds],
    }
    write(json_file, figures)
