"""One measurement: a peer warms up, then its polls and all CPU are counted for a while."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from benchmarks.cpu import used_by
from benchmarks.polling.book import Seen
from benchmarks.polling.load import Load
from benchmarks.polling.peers.peer import Peer
from benchmarks.polling.site import Site, site

SERVERS = ("database", "broker", "upstream")
LONGEST_WARM = 40.0  # Seconds, for a peer that cannot ask for all that it has in less.
PARTS = ("client", *SERVERS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cpu:
    """CPU seconds of each part; None for a part that the peer does not have, or nobody can count."""

    client: float | None
    database: float | None
    broker: float | None
    upstream: float | None

    def since(self, before: "Cpu") -> "Cpu":
        """Return what was used from `before` on."""
        return Cpu(**{
            name: None if now is None else now - asdict(before)[name]
            for name, now in asdict(self).items()
        })  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What one peer did under one load."""

    scenario: str
    peer: str
    tasks: int
    seen: Seen
    cpu: Cpu

    @property
    def rate(self) -> float:
        """Polls a second."""
        return self.seen.answered / self.seen.seconds if self.seen.seconds else 0.0

    def per_thousand(self, *parts: str) -> float | None:
        """Return the CPU of these parts together, in milliseconds for each 1,000 polls."""
        known = [used for part in parts if (used := getattr(self.cpu, part)) is not None]
        return 1e6 * sum(known) / self.seen.answered if known and self.seen.answered else None

    def share(self, *parts: str) -> float | None:
        """Return how much of one core these parts together used."""
        known = [used for part in parts if (used := getattr(self.cpu, part)) is not None]
        return sum(known) / self.seen.seconds if known and self.seen.seconds else None


def measure(
    peer: Peer, load: Load, *, scenario: str, latency: float, warm: float, window: float
) -> Figures:
    """Have `peer` carry `load` for `warm` and `window` seconds, and count in the second.

    It is warm once it has asked for every task: what first looks cost is not what polls cost.
    """
    with site(peer, latency=latency) as here:
        load = at(here, load)
        with peer.running(load, here) as pids:
            here.upstream.wait_for_somebody()
            _warm_up(here, load, warm)
            here.upstream.open()
            before = cpu(here, pids)
            time.sleep(window)
            spent = cpu(here, pids).since(before)
            seen = here.upstream.close(interval=load.interval)
    return Figures(scenario=scenario, peer=peer.name, tasks=load.tasks, seen=seen, cpu=spent)


def _warm_up(here: Site, load: Load, warm: float) -> None:
    time.sleep(warm)
    until = time.monotonic() + LONGEST_WARM - warm
    while here.upstream.asked() < load.tasks and time.monotonic() < until:
        time.sleep(0.1)


def at(here: Site, load: Load) -> Load:
    """Return the load with the places to go to."""
    return replace(
        load, base_url=here.upstream.url, database_url=here.database_url, broker_url=here.broker_url
    )


def cpu(here: Site, clients: Sequence[int]) -> Cpu:
    """Read what has been used so far."""
    return Cpu(
        client=used_by(*clients),
        database=here.database_pid and used_by(here.database_pid),
        broker=here.broker_pid and used_by(here.broker_pid),
        upstream=used_by(here.upstream.pid),
    )
