"""Lemonwatch as it comes: `lemonwatch up`, all in one process on an SQLite file.

How many requests it has under way at once is its own default too.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.client import BIN, client
from benchmarks.polling.load import Load, task_id
from benchmarks.polling.peers.ours import register, settings
from tests.servers.process import free_port

if TYPE_CHECKING:
    from benchmarks.polling.site import Site

CALLERS = 8


@dataclass(frozen=True, slots=True)
class Embedded:
    """A peer like the others, whose tasks come in through the API; so it ignores the spread."""

    name: str = "embedded"
    about: str = "lemonwatch up, on SQLite, tasks registered through the API"
    database: bool = False
    broker: bool = False
    most: int = 1_000

    @contextmanager
    def running(self, load: Load, site: "Site") -> Iterator[Sequence[int]]:
        """Run the whole service on the clients' core, and register every task."""
        port = str(free_port())
        home = {"LEMONWATCH_HOME": str(site.folder / "home"), "LEMONWATCH_PORT": port}
        up = client(
            [BIN / "lemonwatch", "up"], log=site.folder / self.name, env=settings(load) | home,
            core=site.clients_core,
        )  # fmt: skip
        with up as process, ThreadPoolExecutor(CALLERS) as callers:
            ids = (task_id(n) for n in range(load.tasks))
            for _ in callers.map(partial(register, f"http://127.0.0.1:{port}"), ids):
                pass
            yield [process.pid]
