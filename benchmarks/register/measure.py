"""Measures one case: both sides take turns, so that whatever else the machine does hits both."""

from collections.abc import Sequence
from contextlib import closing
from time import perf_counter

from benchmarks.client import Failed
from benchmarks.cores import on
from benchmarks.register.items import Item, items, singly, together
from benchmarks.register.load import send
from benchmarks.register.plan import Case, Measured, Plan, Side, Turn
from benchmarks.register.raw import raw
from benchmarks.register.site import Site

WARM = 0.1  # Of a turn's items, which are registered before the first, uncounted.


def measure(here: Site, case: Case, plan: Plan) -> Measured:
    """Have each side take its turns."""
    count = plan.size * plan.batches if case.way == "batch" else plan.requests
    turns: dict[Side, list[Turn]] = {"ours": [], "theirs": []}
    for number in range(plan.turns + 1):
        for side, those in turns.items():
            some = count if number else max(case.clients, int(count * WARM))
            series = f"{case.way}{case.clients}{'m' * case.with_metadata}{number}"
            new = items(series, some, with_metadata=case.with_metadata)
            done = _turn(here, case, side, new, plan.size)
            if number:
                those.append(done)
    if here.rows("ours") != here.rows("theirs"):
        raise Failed(f"rows differ: {here.rows('ours')} and {here.rows('theirs')}")
    return Measured(case=case, **turns)


def _turn(here: Site, case: Case, side: Side, new: Sequence[Item], size: int) -> Turn:
    if case.way == "again":
        _do(here, case, side, new, size, status=201)
    server = None if side == "theirs" and case.way == "batch" else here.servers[side]
    rows = sum(here.rows(side))
    own, database = here.cpu(server)
    seconds = _do(here, case, side, new, size, status=200 if case.way == "again" else 201)
    own_after, database_after = here.cpu(server)
    return Turn(
        requests=-(-len(new) // size) if case.way == "batch" else len(new), items=len(new),
        rows=sum(here.rows(side)) - rows, seconds=seconds, cpu=own_after - own,
        database_cpu=database_after - database,
    )  # fmt: skip


def _do(
    here: Site, case: Case, side: Side, new: Sequence[Item], size: int, *, status: int
) -> float:  # fmt: skip
    """Register the items; return the seconds that it took."""
    if case.way != "batch":
        requests = [*singly(new)]
        return send(here.servers[side].port, requests, clients=case.clients, status=status)
    if side == "ours":
        return send(
            here.servers[side].port, [*together(new, size)], clients=case.clients, status=200
        )
    with on(here.core), closing(raw(here.urls[side])) as database:
        began = perf_counter()
        for first in range(0, len(new), size):
            database.write(new[first : first + size])
        return perf_counter() - began
