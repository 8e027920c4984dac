"""One run: every peer under every load, one after the other, so that nobody is in another's way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import typer

from benchmarks.polling.growth import Growth, grow
from benchmarks.polling.load import Load
from benchmarks.polling.measure import Figures, measure
from benchmarks.polling.peers.embedded import Embedded
from benchmarks.polling.peers.peer import Peer
from benchmarks.polling.plan import Plan
from benchmarks.polling.results import Results

Step = tuple[str, Callable[[], Figures | Growth]]


def run(plan: Plan, peers: Sequence[Peer], results: Results) -> None:
    """Fill `results`, which hold what there is if the run is cut short."""
    for what, do in _steps(plan, peers):
        typer.echo(f"{what} …", err=True)
        try:
            found = do()
        except Exception as error:  # noqa: BLE001 - One that fails leaves the others their turn.
            results.failed.append(f"{what}: {type(error).__name__}: {error}")
            typer.echo(f"    failed: {error}", err=True)
            continue
        if isinstance(found, Growth):
            results.growth.append(found)
            found = found.figures
        else:
            results.figures.append(found)
        typer.echo(f"    {found.rate:,.0f} polls/s", err=True)


def _steps(plan: Plan, peers: Sequence[Peer]) -> Iterator[Step]:
    if "saturation" in plan.scenarios:
        for peer in [*peers] * plan.turns:
            yield _step(plan, peer, Load(tasks=peer.most, spread=0), "saturation")
    if "lateness" in plan.scenarios:
        for tasks in plan.tasks:
            for peer in peers:
                yield _step(plan, peer, Load(tasks=tasks, spread=3), "lateness")
    if not any(peer.name == "ours" for peer in peers):
        return
    if "embedded" in plan.scenarios:
        embedded = Embedded()
        yield _step(plan, embedded, Load(tasks=embedded.most, spread=3), "embedded")
    if "growth" in plan.scenarios:
        for history in plan.history:
            options = {"warm": plan.warm, "latency": plan.latency, "in_flight": plan.in_flight}
            yield f"growth, {history:,} tasks ended", partial(grow, history, plan.polls, **options)


def _step(plan: Plan, peer: Peer, load: Load, scenario: str) -> Step:
    do = partial(
        measure, peer, replace(load, in_flight=plan.in_flight), scenario=scenario,
        latency=plan.latency, warm=plan.warm, window=plan.window,
    )  # fmt: skip
    return f"{scenario}, {load.tasks:,} tasks, {peer.name}", do
