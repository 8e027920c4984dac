"""`./dev bench detection`: how late each policy sees that tasks have ended, in worlds of many kinds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.detection.measure import CAP, POLICIES, RPM, SHORT, measure
from benchmarks.detection.report import table
from benchmarks.detection.worlds import WORLDS

USUAL, QUICK = 2400, 600  # Tasks of each world; the second half of them is judged.


def detection(
    *,
    world: Annotated[str, typer.Option(help=f"Of {', '.join(WORLDS)}.")] = ",".join(WORLDS),
    quick: Annotated[bool, typer.Option("--quick", help=f"{QUICK} tasks each, and rough.")] = False,
    tasks: Annotated[int | None, typer.Option(help="Of each world.", min=2, max=200_000)] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same tasks.")] = 0,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/detection.json"
    ),
) -> None:
    """Replay worlds under every policy, where the budget is short, with the service's own schedule."""
    names = [name.strip() for name in world.split(",") if name.strip()]
    if strange := sorted(set(names) - set(WORLDS)):
        raise typer.BadParameter(f"--world: unknown: {', '.join(strange)}")
    count = tasks or (QUICK if quick else USUAL)
    rows = []
    for name in names:
        typer.echo(f"{name} …", err=True)
        rows += [measure(name, policy, count=count, seed=seed) for policy in POLICIES]
    typer.echo("\n".join(table(rows)))
    typer.echo(
        f"\nDetection delay in seconds, of the second half of {count:,} tasks a world; {RPM:,} requests a"
        f"\nminute, {SHORT:g} times as many tasks as looks every {POLICIES['fixed']:g} s allow. product:"
        "\npolls a task x mean delay, of which bound is the least there can be. x: times fixed."
    )
    plan = {
        "tasks": count,
        "seed": seed,
        "rpm": RPM,
        "short": SHORT,
        "floors": POLICIES,
        "cap": CAP,
    }
    whole = {
        "at": datetime.now(UTC).isoformat(),
        "plan": plan,
        "rows": [row.as_json() for row in rows],
    }
    json_file.parent.mkdir(parents=True, exist_ok=True)
    json_file.write_text(json.dumps(whole, indent=2) + "\n")
    typer.echo(f"\nWritten to {json_file}.")
