"""Where one measurement happens: PostgreSQL with a history and without one, and the API over the first."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.db.migrate import migrate
from app.db.session import Database
from app.process.cipher import Cipher
from benchmarks.client import BIN, client
from benchmarks.cores import cores, on
from tests.build import SECRET_KEY, make_account, make_client
from tests.servers.folder import new_folder
from tests.servers.postgres import own_postgres
from tests.servers.process import free_port

KEY = "lw_benchmark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Two databases of one server, both migrated, with the first client and account."""

    full: Database
    empty: Database
    database_pid: int
    core: int | None
    folder: Path

    @contextmanager
    def api(self) -> Iterator[int]:
        """Run the API over the full database, on the clients' core, and yield its port."""
        port = free_port()
        env = {
            "LEMONWATCH_DATABASE_URL": self.full.engine.url.render_as_string(hide_password=False),
            "LEMONWATCH_BROKER_URL": "redis://127.0.0.1:9/0",
            "LEMONWATCH_SECRET_KEY": SECRET_KEY,
            "LEMONWATCH_API_KEY": KEY,
            "LEMONWATCH_PORT": str(port),
            "LEMONDATA_BASE_URL": "http://127.0.0.1:9",
            "LEMONDATA_API_KEY": "sk-benchmark",
            "LEMONDATA_RPM": "1000000",
        }
        log = self.folder / "api"
        with client([BIN / "lemonwatch", "api"], log=log, env=env, core=self.core) as process:
            process.wait_until(lambda: _answers(port))
            yield port


def _answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def site() -> Iterator[Site]:
    """Start the server on its core, until the block ends."""
    clients_core, servers_core = cores() or (None, None)
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder())
        with on(servers_core):
            own = stack.enter_context(own_postgres(durable=True))
        full, empty = (_database(own.server.create_database(), stack) for _ in range(2))
        yield Site(full=full, empty=empty, database_pid=own.pid, core=clients_core, folder=folder)


def _database(url: str, stack: ExitStack) -> Database:
    database = Database(url)
    stack.callback(database.close)
    _set_up(database)
    return database


def _set_up(database: Database) -> None:
    migrate(database)
    cipher = Cipher(SECRET_KEY)
    with database.writing() as session:
        make_client(session, cipher)
        make_account(session, cipher)
