"""`./dev bench waiting`: what clients cost that wait for tasks, and how soon they are answered."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer

from benchmarks.options import among
from benchmarks.waiting.measure import Waited, measure
from benchmarks.waiting.report import judge, report
from benchmarks.waiting.site import Kind
from benchmarks.written import write

DATABASES: tuple[Kind, ...] = get_args(Kind)


def waiting(
    *,
    database: Annotated[str, typer.Option(help=f"Of {', '.join(DATABASES)}.")] = ",".join(
        DATABASES
    ),
    waiters: Annotated[int, typer.Option(help="Clients that wait.", min=1, max=20_000)] = 2000,
    calm: Annotated[float, typer.Option(help="Seconds of waiting that are watched.", min=0.1)] = 5,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/waiting.json"
    ),
) -> None:
    """Have clients wait, for one task together and for one each; then record the end."""
    chosen = among(database, DATABASES, "--database")
    results: list[Waited] = []
    failed: list[str] = []
    for kind in (one for one in DATABASES if one in chosen):
        for tasks in (1, waiters):
            what = f"{waiters:,} for {tasks:,}, {kind}"
            typer.echo(f"{what} …", err=True)
            try:
                results.append(measure(kind, waiters=waiters, tasks=tasks, calm=calm))
            except Exception as error:  # noqa: BLE001 - One that fails leaves the others their turn.
                failed.append(f"{what}: {type(error).__name__}: {error}")
    bounds = judge(results)
    typer.echo("\n".join(report(results, bounds, failed)))
    typer.echo(
        "\nsqlite: the API process records; postgresql: another does, and the API hears of it."
        "\nstatements/s: of the API process, while all wait and nothing is recorded."
    )
    figures = {
        "results": [asdict(one) for one in results],
        "failed": failed,
        "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds],
    }
    write(json_file, figures)
    raise typer.Exit(1 if failed else 0)
