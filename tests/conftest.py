"""What every test may ask for: a migrated database of its own, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.db.migrate import migrate
from app.db.session import Database
from app.process.process import Process
from app.settings import Settings
from tests.build import SECRET_KEY, make_account, make_client
from tests.servers.postgres import PostgresServer

pytest_plugins = ["tests.servers.plugin"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy."""
    path = tmp_path_factory.mktemp("template") / "lemonwatch.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A migrated database to copy."""
    url = postgres_server.create_database()
    _migrate(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database; a test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "lemonwatch.db")
        yield f"sqlite:///{tmp_path / 'lemonwatch.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(template=request.getfixturevalue("postgres_template"))
        yield url
        server.drop_database(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings for the tests, whatever the environment says."""
    monkeypatch.chdir(tmp_path)
    return Settings(
        LEMONDATA_API_KEY=SecretStr("sk-test"),
        database_url=SecretStr(database_url),
        secret_key=SecretStr(SECRET_KEY),
        api_key=SecretStr("lw_bootstrap"),
    )


@pytest.fixture
def process(settings: Settings) -> Iterator[Process]:
    """What a process holds, with the client and the account `default` made."""
    process = Process(settings)
    with process.database.writing() as session:
        make_client(session, process.cipher)
        make_account(session, process.cipher)
    yield process
    process.close()


@pytest.fixture
def database(process: Process) -> Database:
    """A migrated database with the client `default`, whose id is 1."""
    return process.database


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.close()
