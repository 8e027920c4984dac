"""The tables that a person reads."""

from collections.abc import Iterator, Sequence

from benchmarks.aligned import Cell, ratio, titled, whole
from benchmarks.bound import Bound, divided, table
from benchmarks.webhooks.measure import Delays, Posted
from benchmarks.webhooks.peers import PLAIN
from benchmarks.webhooks.results import Results

# The threads of a process that delivers, by what they do, and what the rest of them is called.
THREADS = {"lemonwatch-loop": "post", "recorder": "settle", "shift": "claim", "resolve": "resolve"}


def report(results: Results, bounds: Sequence[Bound]) -> Iterator[str]:
    """Yield the lines."""
    if posted := results.middle:
        title = f"Throughput: {posted[0].deliveries:,} deliveries due at once; the middle turn"
        yield from titled(title, _costs(results))
    if threads := [one for one in results.middle if one.threads]:
        yield from titled("CPU of ours by thread, ms per 1,000 deliveries", _threads(threads))
    if results.delays:
        title = "Dead receivers: seconds from commit to receipt at the healthy"
        yield from titled(title, _delays(results))
    if judged := table(bounds):
        yield from titled("Bounds", judged)
    yield from (f"Failed: {line}" for line in results.failed)


def _costs(results: Results) -> list[list[Cell]]:
    plain = [found for peer in PLAIN if (found := results.find(peer.name))]
    head: list[Cell] = ["peer", "deliveries/s", "client", "database", "bytes each"]
    for one in plain:
        head += [f"client / {one.peer}", f"rate / {one.peer}"]
    return [head, *(_cost(one, plain) for one in results.middle)]


def _cost(one: Posted, plain: Sequence[Posted]) -> list[Cell]:
    line: list[Cell] = [
        one.peer,
        whole(one.rate),
        whole(one.per_thousand(one.cpu)),
        whole(one.per_thousand(one.database_cpu)),
        whole(divided(one.bytes, one.posts)),
    ]
    for other in plain:
        line.append(ratio(divided(one.per_thousand(one.cpu), other.per_thousand(other.cpu))))
        line.append(ratio(divided(one.rate, other.rate)))
    return line


def _threads(posted: Sequence[Posted]) -> list[list[Cell]]:
    head: list[Cell] = ["peer", *THREADS.values(), "rest"]
    return [head, *(_by_thread(one) for one in posted)]


def _by_thread(one: Posted) -> list[Cell]:
    known = [one.threads.get(name, 0.0) for name in THREADS]
    parts = [*known, one.cpu - sum(known)]
    return [one.peer, *(whole(one.per_thousand(seconds)) for seconds in parts)]


def _delays(results: Results) -> list[list[Cell]]:
    head: list[Cell] = ["database, dead", "events/s", "events", "awaited", "hung", "p50", "p95", "p99",
                        "p50 x", "p95 x", "p99 x"]  # fmt: skip
    return [head, *(_delay(one, results.delays_at(one.database, 0.0)) for one in results.delays)]


def _delay(one: Delays, none: Delays | None) -> list[Cell]:
    late = (one.p50, one.p95, one.p99)
    usual = (none.p50, none.p95, none.p99) if none else (None,) * 3
    return [
        f"{one.database}, {one.dead:.0%}", whole(one.recorded), f"{one.count:,}", str(one.awaited),
        str(one.hung),
        *(f"{value:.3f}" for value in late), *map(ratio, map(divided, late, usual)),
    ]  # fmt: skip
