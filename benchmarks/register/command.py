"""`./dev bench register`: what registering costs, in batches and one by one, beside raw SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer

from benchmarks.options import among, numbers
from benchmarks.register.measure import measure
from benchmarks.register.plan import Case, Measured, Plan, Way
from benchmarks.register.report import judge, report
from benchmarks.register.site import Kind, site
from benchmarks.written import write

DATABASES: tuple[Kind, ...] = get_args(Kind)
WAYS: tuple[Way, ...] = get_args(Way)


def register(
    *,
    database: Annotated[str, typer.Option(help=f"Of {', '.join(DATABASES)}.")] = ",".join(
        DATABASES
    ),
    way: Annotated[str, typer.Option(help=f"Of {', '.join(WAYS)}.")] = ",".join(WAYS),
    clients: Annotated[str, typer.Option(help="At once, of single requests.")] = "1,16,64",
    size: Annotated[int, typer.Option(help="Of a batch.", min=1, max=1000)] = 1000,
    batches: Annotated[int, typer.Option(help="In a turn.", min=1)] = 10,
    requests: Annotated[int, typer.Option(help="Single ones, in a turn.", min=1)] = 1000,
    turns: Annotated[int, typer.Option(help="Of each side.", min=1)] = 3,
    json_file: Annotated[Path, typer.Option("--json", help="Where the figures go.")] = Path(
        "build/register.json"
    ),
) -> None:
    """Register over HTTP, and beside it by raw SQL: the same rows, in turns, through the same driver."""
    plan = Plan(
        databases=[one for one in DATABASES if one in among(database, DATABASES, "--database")],
        ways=[one for one in WAYS if one in among(way, WAYS, "--way")],
        size=size, batches=batches, requests=requests, clients=numbers(clients) or (), turns=turns,
    )  # fmt: skip
    results: list[Measured] = []
    failed: list[str] = []
    try:
        for kind in plan.databases:
            _run(kind, plan, results, failed)
    finally:
        _tell(plan, results, failed, json_file)
    raise typer.Exit(1 if failed else 0)


def _run(kind: Kind, plan: Plan, results: list[Measured], failed: list[str]) -> None:
    with site(kind) as here:
        for case in _cases(kind, plan):
            what = f"{case.way}, {kind}, {case.clients} clients, metadata: {case.with_metadata}"
            typer.echo(f"{what} …", err=True)
            try:
                results.append(measure(here, case, plan))
            except Exception as error:  # noqa: BLE001 - One that fails leaves the others their turn.
                failed.append(f"{what}: {type(error).__name__}: {error}")


def _cases(kind: Kind, plan: Plan) -> Iterator[Case]:
    for way in plan.ways:
        for clients in (1,) if way == "batch" else plan.clients:
            for with_metadata in (False, True):
                yield Case(database=kind, way=way, clients=clients, with_metadata=with_metadata)


def _tell(
    plan: Plan, results: Sequence[Measured], failed: Sequence[str], json_file: Path
) -> None:  # fmt: skip
    bounds = judge(results)
    typer.echo("\n".join(report(results, bounds, failed)))
    typer.echo(
        "\nCPU: ms per 1,000 tasks, the database's included. by rate: our rate, of theirs."
        "\nby CPU: their CPU, of ours. Medians of the turns, which both sides took one after the other."
    )
    figures = {
        "plan": asdict(plan),
        "results": [
            asdict(one) | {"by_rate": one.by_rate, "by_cpu": one.by_cpu} for one in results
        ],
        "failed": failed,
        "bounds": [asdict(bound) | {"holds": bound.holds} for bound in bounds],
    }
    write(json_file, figures)
