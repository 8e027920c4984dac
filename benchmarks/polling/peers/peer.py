"""The one shape of all peers: a name, what it stands on, and how it is run."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from benchmarks.client import client, finish
from benchmarks.polling.load import Load

if TYPE_CHECKING:
    from benchmarks.polling.site import Site


class Peer(Protocol):
    """A way to ask for many tasks again and again."""

    @property
    def name(self) -> str:
        """The word by which `--only` names it."""
        ...

    @property
    def about(self) -> str:
        """What it is, in a line."""
        ...

    @property
    def database(self) -> bool:
        """Whether it needs a PostgreSQL."""
        ...

    @property
    def broker(self) -> bool:
        """Whether it needs a Redis."""
        ...

    @property
    def most(self) -> int:
        """How many tasks are plenty for it: more would only take longer to put in."""
        ...

    def running(self, load: Load, site: "Site") -> AbstractContextManager[Sequence[int]]:
        """Put the tasks in and poll them until the block ends; give the client's processes."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A peer that is a module of this folder, run in a process of its own."""

    name: str
    about: str
    module: str
    database: bool = False
    broker: bool = False
    queues: bool = (
        False  # Whether the module puts its tasks in beforehand, when called with "fill".
    )
    most: int = 60_000

    @contextmanager
    def running(self, load: Load, site: "Site") -> Iterator[Sequence[int]]:
        """Run the module on the clients' core."""
        command = [sys.executable, "-m", "benchmarks.polling.peers", self.module]
        log, env = site.folder / self.name, load.environment
        if self.queues:
            finish([*command, "fill"], log=log, env=env)
        with client(command, log=log, env=env, core=site.clients_core) as process:
            yield [process.pid]
