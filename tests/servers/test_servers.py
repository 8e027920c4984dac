"""The servers that the tests themselves stand on."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy import create_engine, make_url, text

from tests.servers import postgres
from tests.servers.folder import new_folder
from tests.servers.plugin import pytest_report_header
from tests.servers.postgres import PostgresServer, own_postgres
from tests.servers.redis import RedisServer, own_redis

A_RUN = """
import json, time
from tests.servers.postgres import own_postgres
from tests.servers.redis import own_redis
with own_postgres() as database, own_redis() as broker:
    print(json.dumps([[own.port, str(own.folder)] for own in (database, broker)]), flush=True)
    time.sleep(600)
"""


def test_a_database_is_made_and_dropped(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    made = names_on(postgres_server)
    postgres_server.drop_database(url)
    left = names_on(postgres_server)

    name = make_url(url).database
    assert name is not None
    assert name.startswith("lw_test_")
    assert name in made
    assert name not in left


def test_a_database_is_dropped_while_somebody_is_connected(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    with postgres.connect(url) as connection:
        postgres_server.drop_database(url)

        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_copy_has_what_its_template_has(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    with postgres.connect(template) as connection:
        connection.execute("CREATE TABLE fruit AS SELECT 'lemon' AS name")

    copy = postgres_server.create_database(template=template)
    engine = create_engine(copy)
    with engine.connect() as session:
        names = session.scalars(text("SELECT name FROM fruit")).all()
    engine.dispose()
    postgres_server.drop_database(copy)
    postgres_server.drop_database(template)

    assert names == ["lemon"]


@pytest.mark.parametrize("name", ["postgres", "lemonwatch", ""])
def test_no_other_database_is_touched(postgres_server: PostgresServer, name: str) -> None:
    url = f"postgresql+psycopg://postgres@127.0.0.1/{name}"

    with pytest.raises(ValueError, match="lw_test_"):
        postgres_server.drop_database(url)
    with pytest.raises(ValueError, match="lw_test_"):
        postgres_server.create_database(template=url)


def test_redis_keeps_what_it_is_told(redis_server: RedisServer) -> None:
    key = f"lw_test_{secrets.token_hex(8)}"
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        client.set(key, "lemon", ex=60)
        kept = client.getdel(key)

    assert kept == "lemon"


def test_the_header_names_both_servers(
    postgres_server: PostgresServer, redis_server: RedisServer
) -> None:
    header = pytest_report_header()

    assert header == [
        f"postgresql: {postgres_server.version} ({postgres_server.origin})",
        f"redis: {redis_server.version} ({redis_server.origin})",
    ]


def test_a_restarted_postgres_has_its_data_at_the_same_url() -> None:
    with own_postgres() as own:
        url = own.server.create_database()
        with postgres.connect(url) as connection:
            connection.execute("CREATE TABLE fruit (name text)")
        own.restart()
        with postgres.connect(url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE tablename = 'fruit'")
            kept = tables.fetchall()

    assert kept == [("fruit",)]


def test_a_restarted_redis_is_empty_at_the_same_url() -> None:
    with own_redis() as own, Redis.from_url(own.server.url) as client:
        client.set("fruit", "lemon")
        own.restart()
        kept = client.get("fruit")

    assert kept is None


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a child of this.")
def test_a_killed_run_leaves_no_server_and_its_folders_go_with_the_next() -> None:
    ports, folders = zip(*killed_run(), strict=True)
    deadline = time.monotonic() + 20
    while any(answers(port) for port in ports) and time.monotonic() < deadline:
        time.sleep(0.05)
    after = [answers(port) for port in ports]
    for folder in folders:
        os.utime(folder, (0, 0))  # As if it had been long ago.
    with new_folder(), new_folder(owner=postgres.server_user(), fast=True):
        left = [folder for folder in folders if Path(folder).exists()]

    assert after == [False, False]
    assert left == []


def killed_run() -> list[tuple[int, str]]:
    """Start servers in another process, kill it with -9, and tell their ports and folders."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", A_RUN], stdout=subprocess.PIPE, text=True, env=environment
    ) as run:
        assert run.stdout
        servers = [(port, folder) for port, folder in json.loads(run.stdout.readline())]
        assert all(answers(port) for port, _ in servers)
        run.kill()
    return servers


def names_on(server: PostgresServer) -> list[str]:
    """List the databases of a server."""
    with postgres.connect(server.url) as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database")]


def answers(port: int) -> bool:
    """Tell whether somebody listens on this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
