"""Where one measurement happens: an upstream, and the servers that its peer needs, all new."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.client import client
from benchmarks.cores import cores, on
from benchmarks.polling.book import Lateness, Seen
from benchmarks.polling.peers.peer import Peer
from tests.servers.folder import new_folder
from tests.servers.postgres import own_postgres
from tests.servers.redis import own_redis

STARTING = 90.0  # Seconds after which a peer that has asked for nothing is measured as it is.


class Upstream:
    """The stub, as the run speaks to it."""

    def __init__(self, pid: int, port: int) -> None:
        """Speak to the one at this port."""
        self.pid = pid
        self.url = f"http://127.0.0.1:{port}"

    def open(self) -> None:
        """Have it count from now on."""
        self._control("open")

    def count(self) -> int:
        """Return how many answers it has given since."""
        return int(self._control("count"))

    def asked(self) -> int:
        """Return for how many tasks it has been asked at all."""
        return int(self._control("asked"))

    def wait_for_somebody(self) -> None:
        """Return once it has answered at all: how long a start takes is not measured."""
        until = time.monotonic() + STARTING
        while not self.count() and time.monotonic() < until:
            time.sleep(0.1)

    def close(self, *, interval: float) -> Seen:
        """Return what it has seen since."""
        said = self._control(f"close/{interval}")
        for name in ("lateness", "first"):
            said[name] = said[name] and Lateness(**said[name])
        return Seen(**said)

    def _control(self, words: str) -> Any:
        with urlopen(f"{self.url}/-/{words}", timeout=60) as response:
            return json.load(response)


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What a peer finds, and whose CPU is counted beside its own."""

    folder: Path  # For logs and the like.
    upstream: Upstream
    clients_core: int | None
    database_url: str
    database_pid: int | None
    broker_url: str
    broker_pid: int | None


@contextmanager
def site(peer: Peer, *, latency: float) -> Iterator[Site]:
    """Start what `peer` needs on the servers' core, until the block ends."""
    clients_core, servers_core = cores() or (None, None)
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder())
        with on(servers_core):
            upstream = stack.enter_context(_upstream(folder / "upstream", latency))
            database = stack.enter_context(own_postgres(durable=True)) if peer.database else None
            broker = stack.enter_context(own_redis()) if peer.broker else None
        yield Site(
            folder=folder,
            upstream=upstream,
            clients_core=clients_core,
            database_url=database.server.create_database() if database else "",
            database_pid=database.pid if database else None,
            broker_url=broker.server.url if broker else "",
            broker_pid=broker.pid if broker else None,
        )


@contextmanager
def _upstream(log: Path, latency: float) -> Iterator[Upstream]:
    module = "benchmarks.polling.upstream"
    with client([sys.executable, "-m", module, str(latency)], log=log, env={}) as process:
        process.wait_until(lambda: log.read_text().endswith("\n"))
        yield Upstream(process.pid, int(log.read_text()))
