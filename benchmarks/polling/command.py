"""`./dev bench polling`: what polling costs, and how late it comes, beside how others do it."""

import json
import os
import platform
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.polling.bounds import judge
from benchmarks.polling.cores import cores
from benchmarks.polling.peers.peers import PEERS
from benchmarks.polling.plan import DEFAULT, FULL, QUICK, SCENARIOS, Plan
from benchmarks.polling.report import report
from benchmarks.polling.results import Results
from benchmarks.polling.run import run

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
        "scenarios": _among(scenario, SCENARIOS, "--scenario"), "polls": polls, "warm": warm,
        "tasks": _numbers(tasks), "history": _numbers(history), "window": window,
        "latency": latency, "in_flight": in_flight, "turns": turns,
    }  # fmt: skip
    named = {name: value for name, value in chosen.items() if value is not None}
    plan = replace(FULL if full else QUICK if quick else DEFAULT, **named)
    names = _among(only, NAMES, "--only")
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
    whole = {
        "at": datetime.now(UTC).isoformat(),
        "machine": _machine(),
        "plan": asdict(plan),
        **results.as_json(),
        "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds],
    }
    json_file.parent.mkdir(parents=True, exist_ok=True)
    json_file.write_text(json.dumps(whole, indent=2) + "\n")
    typer.echo(f"\nWritten to {json_file}.")


def _machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "pinned": cores() is not None,
        "load": os.getloadavg(),
    }


def _among(text: str, known: list[str] | tuple[str, ...], option: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if strange := set(names) - set(known):
        raise typer.BadParameter(f"{option}: unknown: {', '.join(sorted(strange))}")
    return names


def _numbers(text: str | None) -> tuple[int, ...] | None:
    return None if text is None else tuple(int(word) for word in text.split(","))
