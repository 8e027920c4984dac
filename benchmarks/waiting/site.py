"""Where one measurement happens: an API process and its database, all new."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from app.process.process import Process
from app.settings import Settings
from benchmarks.client import client
from benchmarks.cores import cores, on
from benchmarks.waiting.record import end_all, fill
from tests.servers.folder import new_folder
from tests.servers.postgres import own_postgres
from tests.servers.process import free_port

Kind = Literal["sqlite", "postgresql"]

KEY, SECRET = "lw_benchmark", "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What is measured, and how to ask it."""

    pid: int
    port: int
    door: str
    recorder: Process | None  # Where another process records, as it does on PostgreSQL.
    waiters_core: int | None

    def ask(self, what: str) -> float:
        """Ask the API process itself."""
        with Client(self.door, "AF_UNIX") as asking:
            asking.send(what)
            return float(asking.recv())

    def end(self) -> float:
        """Have all tasks end; return when the commit began."""
        return end_all(self.recorder) if self.recorder else self.ask("end")

    def memory(self, what: Literal["VmRSS", "VmHWM"]) -> float:
        """Return what the process holds now, or held at most, in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


@contextmanager
def site(kind: Kind, *, tasks: int) -> Iterator[Site]:
    """Start what is needed, with so many tasks registered, until the block ends."""
    api_core, others_core = cores() or (None, None)
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder())
        url = f"sqlite:///{folder / 'lemonwatch.db'}"
        if kind == "postgresql":
            with on(others_core):
                url = stack.enter_context(own_postgres(durable=True)).server.create_database()
        process = Process(_settings(url))
        stack.callback(process.close)
        fill(process, tasks)
        port, door = free_port(), str(folder / "door")
        command = [sys.executable, "-m", "benchmarks.waiting.served", door]
        log = folder / "api"
        api = stack.enter_context(client(command, log=log, env=_env(url, port), core=api_core))
        api.wait_until(lambda: "The API is up" in log.read_text())
        yield Site(
            pid=api.pid, port=port, door=door, waiters_core=others_core,
            recorder=process if kind == "postgresql" else None,
        )  # fmt: skip


def _settings(url: str) -> Settings:
    """Say what is to be, so that nothing of it comes from where this is run."""
    return Settings(
        _env_file=None, LEMONDATA_API_KEY=SecretStr("sk-benchmark"), database_url=SecretStr(url),
        secret_key=SecretStr(SECRET),
    )  # fmt: skip


def _env(url: str, port: int) -> Mapping[str, str]:
    return {
        "LEMONWATCH_DATABASE_URL": url,
        "LEMONWATCH_BROKER_URL": "redis://127.0.0.1:9/0",  # Which the API does not speak to.
        "LEMONWATCH_SECRET_KEY": SECRET,
        "LEMONWATCH_API_KEY": KEY,
        "LEMONWATCH_PORT": str(port),
        "LEMONDATA_API_KEY": "sk-benchmark",
    }
