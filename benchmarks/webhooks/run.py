"""One run: every peer, and every share of dead receivers, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import typer

from benchmarks.webhooks.load import Load
from benchmarks.webhooks.measure import Delays, Posted, delaying, posting
from benchmarks.webhooks.peers import OURS, PLAIN
from benchmarks.webhooks.plan import Plan
from benchmarks.webhooks.results import Results

Step: TypeAlias = tuple[str, Callable[[], Posted | Delays]]


def run(plan: Plan, results: Results) -> None:
    """Fill `results`, which hold what there is if the run is cut short."""
    for what, do in _steps(plan):
        typer.echo(f"{what} …", err=True)
        try:
            found = do()
        except Exception as error:  # noqa: BLE001 - One that fails leaves the others their turn.
            results.failed.append(f"{what}: {type(error).__name__}: {error}")
            typer.echo(f"    failed: {error}", err=True)
            continue
        if isinstance(found, Posted):
            results.posted.append(found)
            typer.echo(f"    {found.rate:,.0f} deliveries/s", err=True)
        else:
            results.delays.append(found)
            typer.echo(f"    p99 {found.p99:.3f} s", err=True)


def _steps(plan: Plan) -> Iterator[Step]:
    load = Load(events=plan.deliveries, endpoints=plan.endpoints, in_flight=plan.in_flight)
    if "throughput" in plan.scenarios:
        for peer in [*(OURS[kind] for kind in plan.databases), *PLAIN] * plan.turns:
            yield f"throughput, {peer.name}", partial(posting, peer, load)
    load = replace(load, events=plan.events, rate=plan.rate)
    if "dead" in plan.scenarios:
        for database in plan.databases:
            for dead in plan.dead:
                do = partial(delaying, database, replace(load, dead=dead))
                yield f"{dead:.0%} dead, {database}", do
