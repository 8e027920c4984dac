"""Where one database is measured: the API over it, the bare route over another like it, all new."""

import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Literal

from sqlalchemy import func, select

from app.clients.bootstrap import store_key
from app.db.migrate import migrate
from app.db.session import Database
from app.process.cipher import Cipher
from app.tasks.models import Poll, Task, TaskLabel, Transition
from benchmarks.client import BIN, client
from benchmarks.cores import cores, on
from benchmarks.cpu import used_by
from benchmarks.register.items import KEY
from tests.build import NOW, SECRET_KEY, make_account, make_client
from tests.servers.folder import new_folder
from tests.servers.postgres import own_postgres
from tests.servers.process import free_port

Kind = Literal["sqlite", "postgresql"]
TABLES = (Task, Poll, Transition, TaskLabel)


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One that answers over HTTP."""

    port: int
    pid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Two databases of one kind that are filled in one measure, and who fills them."""

    servers: Mapping[str, Server]
    urls: Mapping[str, str]
    database_pid: int | None
    core: int | None  # Of whoever registers; the database and the client have the other.

    def rows(self, side: str) -> Sequence[int]:
        """Count the rows that registering writes, by table."""
        with closing(Database(self.urls[side])) as database, database.reading() as session:
            return [session.scalars(select(func.count()).select_from(one)).one() for one in TABLES]

    def cpu(self, server: Server | None) -> tuple[float, float]:
        """Return the CPU seconds so far of a server, or else of this process; and of the database."""
        own = process_time() if server is None else used_by(server.pid)
        database = used_by(self.database_pid) if self.database_pid else None
        return own or 0.0, database or 0.0


@contextmanager
def site(kind: Kind) -> Iterator[Site]:
    """Start all of it, until the block ends."""
    core, others = cores() or (None, None)
    with ExitStack() as stack:
        folder, pid = stack.enter_context(new_folder()), None
        urls = {side: f"sqlite:///{folder / side}.db" for side in ("ours", "theirs")}
        if kind == "postgresql":
            with on(others):
                own = stack.enter_context(own_postgres(durable=True))
            pid = own.pid
            urls = {side: own.server.create_database() for side in urls}
        for url in urls.values():
            _set_up(url)
        ours = _serving(stack, folder / "api", [BIN / "lemonwatch", "api"], urls["ours"], core)
        command = [sys.executable, "-m", "benchmarks.register.bare", urls["theirs"]]
        bare = _serving(stack, folder / "bare", command, urls["theirs"], core)
        stack.enter_context(on(others))
        servers = {"ours": ours, "theirs": bare}
        yield Site(servers=servers, urls=urls, database_pid=pid, core=core)


def _set_up(url: str) -> None:
    with closing(Database(url)) as database:
        migrate(database)
        cipher = Cipher(SECRET_KEY)
        with database.writing() as session:
            client_id = make_client(session, cipher)
            make_account(session, cipher)
            store_key(session, client_id, KEY, now=NOW)


def _serving(
    stack: ExitStack, log: Path, command: Sequence[str | Path], url: str, core: int | None
) -> Server:  # fmt: skip
    port = free_port()
    env = {
        "LEMONWATCH_DATABASE_URL": url,
        "LEMONWATCH_BROKER_URL": "redis://127.0.0.1:9/0",  # Which the API does not speak to.
        "LEMONWATCH_SECRET_KEY": SECRET_KEY,
        "LEMONWATCH_PORT": str(port),
        "LEMONDATA_BASE_URL": "http://127.0.0.1:9",
        "LEMONDATA_API_KEY": "sk-benchmark",
        "LEMONDATA_RPM": "1000000",
    }
    whole = [*command, str(port)] if command[0] == sys.executable else command
    process = stack.enter_context(client(whole, log=log, env=env, core=core))
    process.wait_until(lambda: _answers(port))
    return Server(port=port, pid=process.pid)


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
