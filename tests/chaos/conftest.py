"""What parts that run as processes of their own have in common."""

from collections.abc import Iterator

import pytest

from tests.e2e.parts import settings_on
from tests.servers.postgres import PostgresServer
from tests.servers.redis import RedisServer


@pytest.fixture
def shared(
    postgres_server: PostgresServer, postgres_template: str, redis_server: RedisServer
) -> Iterator[dict[str, str]]:
    """Settings that every part has: a migrated database, and a corner of a Redis."""
    database = postgres_server.create_database(template=postgres_template)
    with settings_on(database, redis_server) as settings:
        yield settings
    postgres_server.drop_database(database)
