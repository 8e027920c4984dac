"""`./dev bench webhooks`: what delivering costs, and how late it comes where receivers are dead."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.options import among
from benchmarks.webhooks.bounds import judge
from benchmarks.webhooks.peers import DATABASES, OURS, PLAIN
from benchmarks.webhooks.plan import DEFAULT, QUICK, SCENARIOS, Plan
from benchmarks.webhooks.report import report
from benchmarks.webhooks.results import Results
from benchmarks.webhooks.run import run
from benchmarks.written import write

ALL = ",".join


def webhooks(
    *,
    scenario: Annotated[str, typer.Option(help=f"Of {', '.join(SCENARIOS)}.")] = ALL(SCENARIOS),
    database: Annotated[str, typer.Option(help=f"Of {', '.join(DATABASES)}.")] = ALL(DATABASES),
    quick: Annotated[bool, typer.Option("--quick", help="Some two minutes, and rough.")] = False,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/webhooks.json"
    ),
    deliveries: Annotated[int | None, typer.Option(help="Of throughput.", min=1)] = None,
    turns: Annotated[int | None, typer.Option(help="Of the same.", min=1)] = None,
    events: Annotated[int | None, typer.Option(help="With dead receivers.", min=2)] = None,
    rate: Annotated[float | None, typer.Option(help="Events a second.", min=0.1)] = None,
    burst: Annotated[bool, typer.Option("--burst", help="All events at once.")] = False,
    dead: Annotated[str | None, typer.Option(help="Shares in percent: 0,1,20")] = None,
    endpoints: Annotated[int | None, typer.Option(help="Events take turns.", min=1)] = None,
    in_flight: Annotated[int | None, typer.Option(help="POSTs at once.", min=1)] = None,
) -> None:
    """Measure rate, CPU and delay of webhooks, with one receiver as judge, beside a plain loop."""
    chosen: dict[str, Any] = {
        "scenarios": among(scenario, SCENARIOS, "--scenario"),
        "databases": among(database, DATABASES, "--database"),
        "deliveries": deliveries, "turns": turns, "events": events, "endpoints": endpoints,
        "in_flight": in_flight, "rate": 0.0 if burst else rate,
        "dead": None if dead is None else tuple(float(one) / 100 for one in dead.split(",")),
    }  # fmt: skip
    named = {name: value for name, value in chosen.items() if value is not None}
    plan, results = replace(QUICK if quick else DEFAULT, **named), Results()
    try:
        run(plan, results)
    finally:
        _tell(plan, results, json_file)
    raise typer.Exit(1 if results.failed else 0)


def _tell(plan: Plan, results: Results, json_file: Path) -> None:
    """Print what there is and write it down, also when the run was cut short."""
    bounds = judge(results)
    typer.echo("\n".join(report(results, bounds)))
    typer.echo(
        "\nclient, database: CPU in ms per 1,000 deliveries. x: times the run without dead receivers, of"
        "\nwhich half hang and half refuse. awaited: never received, counted as late as they were by then."
    )
    typer.echo("".join(f"\n{peer.name}: {peer.about}" for peer in (*OURS.values(), *PLAIN)))
    figures = {
        "plan": asdict(plan),
        **results.as_json(),
        "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds],
    }
    write(json_file, figures)
