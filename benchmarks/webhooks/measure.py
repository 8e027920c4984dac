"""The two measurements: how fast and how dear posting is, and how late others come for dead receivers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.rank import nearest_rank
from benchmarks.webhooks.asked import Seen
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.peers import Kind, Peer
from benchmarks.webhooks.said import Said
from benchmarks.webhooks.site import site


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What one peer did with so many deliveries that were due at once."""

    peer: str
    deliveries: int  # Received, each counted once.
    posts: int
    bytes: int  # Of all bodies.
    seconds: float  # Until the last was received.
    cpu: float  # Seconds of the client.
    database_cpu: float | None
    threads: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Deliveries a second."""
        return self.deliveries / self.seconds if self.seconds else 0.0

    def per_thousand(self, seconds: float | None) -> float | None:
        """Return CPU in milliseconds for each 1,000 deliveries."""
        return None if seconds is None or not self.deliveries else 1e6 * seconds / self.deliveries


@dataclass(frozen=True, kw_only=True, slots=True)
class Delays:
    """How long after its commit an event of a healthy endpoint was received, in seconds."""

    database: Kind
    dead: float  # The share of endpoints that take nothing.
    rate: float  # Events a second; 0 is all at once.
    recorded: float  # Events a second that really were.
    count: int
    awaited: int  # Of these, not received at all: at least so late as they were by the end.
    hung: int  # Connections to those that never answer.
    p50: float
    p95: float
    p99: float


def posting(peer: Peer, load: Load) -> Posted:
    """Have `peer` post all that is owed at once."""
    with site(peer.database) as here:
        load, (module, part) = here.at(load), peer.command
        if peer.database:
            here.run(load, "ours", "owe")
        before = here.database_cpu
        here.run(load, module, part)
        after = here.database_cpu
        said, seen = Said.read(load), Seen.of(load.receiver)
    events = seen.events
    return Posted(
        peer=peer.name,
        deliveries=len(events),
        posts=seen.posts,
        bytes=seen.bytes,
        seconds=max(events.values(), default=said.began) - said.began,
        cpu=said.cpu,
        database_cpu=None if after is None or before is None else after - before,
        threads=said.threads,
    )


def delaying(database: Kind, load: Load) -> Delays:
    """Record events over time, and tell how late those of healthy endpoints come."""
    with site(database) as here:
        load = here.at(load)
        here.run(load, "ours", "fill")
        here.run(load, "ours", "follow")
        said, seen = Said.read(load), Seen.of(load.receiver)
    received = seen.events
    healthy = {
        event: at
        for event, (at, endpoint) in said.committed.items()
        if load.kind_of(endpoint) == "answering"
    }
    commits = [at for at, _ in said.committed.values()]
    took = max(commits) - min(commits)
    p50, p95, p99 = percentiles(delays(healthy, received, until=seen.at))
    return Delays(
        database=database, dead=load.dead, rate=load.rate,
        recorded=len(commits) / took if took else 0.0, count=len(healthy),
        awaited=len(healthy.keys() - received.keys()), hung=seen.hung, p50=p50, p95=p95, p99=p99,
    )  # fmt: skip


def delays(
    committed: Mapping[str, float], received: Mapping[str, float], *, until: float
) -> list[float]:
    """Return how late each event came; one that has not come is as late as it is by now.

    One may be received before who has committed it reads the clock: that is no delay.
    """
    return [max(0.0, received.get(event, until) - at) for event, at in committed.items()]


def percentiles(values: Iterable[float]) -> tuple[float, float, float]:
    """Return the middle, and what 5 % and 1 % exceed; zeros of nothing."""
    ranked = sorted(values)
    if not ranked:
        return 0.0, 0.0, 0.0
    p50, p95, p99 = (nearest_rank(ranked, share) for share in (0.5, 0.95, 0.99))
    return p50, p95, p99
