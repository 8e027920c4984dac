"""Where one measurement happens: a receiver, and a database where one is needed, all new."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex

from benchmarks.client import client, finish
from benchmarks.cores import cores, on
from benchmarks.cpu import used_by
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.peers import Kind
from tests.servers.folder import new_folder
from tests.servers.postgres import own_postgres

MODULES = "benchmarks.webhooks"
WITHIN = 3600.0  # Seconds after which a client is taken to hang; it has its own patience before.


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What a client finds, and whose CPU is counted beside its own."""

    folder: Path
    ports: tuple[int, int, int]  # Of the receiver.
    core: int | None
    database_url: str
    database_pid: int | None
    secret_key: str

    def at(self, load: Load) -> Load:
        """Return the load with the places to go to."""
        answering, silent, refusing = self.ports
        said = str(self.folder / "said.json")
        return replace(load, answering=answering, silent=silent, refusing=refusing, said=said)

    def run(self, load: Load, module: str, part: str) -> None:
        """Run a module of this folder to its end, on the clients' core."""
        env = load.environment | {
            "LEMONWATCH_DATABASE_URL": self.database_url,
            "LEMONWATCH_SECRET_KEY": self.secret_key,
            "LEMONWATCH_WEBHOOK_ALLOW": "127.0.0.0/8",
            "LEMONWATCH_DELIVER_IN_FLIGHT": str(load.in_flight),
        }
        command = [sys.executable, "-m", f"{MODULES}.{module}", part]
        log = self.folder / f"{module} {part}"
        finish(command, log=log, env=env, core=self.core, within=WITHIN)

    @property
    def database_cpu(self) -> float | None:
        """Seconds that the database's own processes have used so far."""
        return used_by(self.database_pid) if self.database_pid else None


@contextmanager
def site(database: Kind | None) -> Iterator[Site]:
    """Start what is needed on the servers' core, until the block ends."""
    clients_core, servers_core = cores() or (None, None)
    with ExitStack() as stack:
        folder, url, pid = stack.enter_context(new_folder()), "", None
        with on(servers_core):
            ports = stack.enter_context(_receiver(folder / "receiver"))
            if database == "postgresql":
                own = stack.enter_context(own_postgres(durable=True))
                url, pid = own.server.create_database(), own.pid
        if database == "sqlite":
            url = f"sqlite:///{folder / 'lemonwatch.db'}"
        here = Site(
            folder=folder, ports=ports, core=clients_core, database_url=url, database_pid=pid,
            secret_key=token_hex(16),
        )  # fmt: skip
        yield here


@contextmanager
def _receiver(log: Path) -> Iterator[tuple[int, int, int]]:
    with client([sys.executable, "-m", f"{MODULES}.receiver"], log=log, env={}) as process:
        process.wait_until(lambda: log.read_text().endswith("\n"))
        answering, silent, refusing = map(int, log.read_text().split())
        yield answering, silent, refusing
