"""An empty database to migrate."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.session import Database
from tests.servers.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
        yield database
        database.close()
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
        database = Database(url)
        yield database
        database.close()
        server.drop_database(url)
