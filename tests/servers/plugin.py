"""Gives every test run its servers: started once, on first use, and shared by all workers."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import pytest

from tests.servers import postgres, redis
from tests.servers.postgres import PostgresServer
from tests.servers.process import Installed, Missing
from tests.servers.redis import RedisServer

DATABASE_URL = "TEST_DATABASE_URL"
REDIS_URL = "TEST_REDIS_URL"


class Servers:
    """The servers of one run: those the environment names, else our own until the end."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._running = ExitStack()

    @cached_property
    def postgres(self) -> PostgresServer:
        """Have a PostgreSQL."""
        if url := os.environ.get(DATABASE_URL):
            return postgres.given(url)
        return self._running.enter_context(postgres.own_postgres()).server

    @cached_property
    def redis(self) -> RedisServer:
        """Have a Redis."""
        if url := os.environ.get(REDIS_URL):
            return redis.given(url)
        return self._running.enter_context(redis.own_redis()).server

    def close(self) -> None:
        """Stop what was started here."""
        self._running.close()


SERVERS = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Prepare to have servers; a worker is handed those of its controller."""
    if not hasattr(config, "workerinput"):
        config.stash[SERVERS] = Servers()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers."""
    if servers := config.stash.get(SERVERS, None):
        servers.close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the servers before the first worker, and tell each worker where they are."""
    servers = node.config.stash[SERVERS]
    node.workerinput["postgres"] = _told(lambda: servers.postgres)
    node.workerinput["redis"] = _told(lambda: servers.redis)


def pytest_report_header() -> list[str]:
    """Say which servers the tests run against."""
    database, broker = os.environ.get(DATABASE_URL), os.environ.get(REDIS_URL)
    chosen = {
        "postgresql": _told(lambda: postgres.given(database) if database else postgres.find()),
        "redis": _told(lambda: redis.given(broker) if broker else redis.find()),
    }
    return [
        f"{name}: {told.get('missing') or '{version} ({origin})'.format(**told)}"
        for name, told in chosen.items()
    ]


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Iterator[PostgresServer]:
    """A running PostgreSQL, to make databases on."""
    server = PostgresServer(**_ask(pytestconfig, "postgres"))
    yield server
    if os.environ.get(DATABASE_URL):  # A server of our own takes its databases with it.
        server.drop_what_is_left()


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> RedisServer:
    """A running Redis."""
    return RedisServer(**_ask(pytestconfig, "redis"))


def _ask(config: pytest.Config, name: str) -> dict[str, str]:
    """Ask for a server, the controller if there is one; a missing server is an error."""
    handed = getattr(config, "workerinput", None)
    told = handed[name] if handed else _told(lambda: getattr(config.stash[SERVERS], name))
    if "missing" in told:
        pytest.fail(told["missing"], pytrace=False)
    return dict(told)


def _told(have: Callable[[], PostgresServer | RedisServer | Installed]) -> dict[str, str]:
    """Describe a server in words that can be sent to a worker."""
    try:
        server = have()
    except Missing as missing:
        return {"missing": str(missing)}
    words = {"version": server.version, "origin": server.origin}
    return words if isinstance(server, Installed) else {"url": server.url, **words}
