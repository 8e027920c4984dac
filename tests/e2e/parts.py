"""The service in parts: processes that share a database and a corner of a Redis."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import httpx
from redis import Redis

from tests.e2e.service import LOOPBACK, client, eventually
from tests.servers.redis import RedisServer

KEY = "lw_bootstrap"


@contextmanager
def settings_on(database_url: str, redis_server: RedisServer) -> Iterator[dict[str, str]]:
    """Settings for every part; what they leave on the Redis goes with the block."""
    prefix = f"lw_test_{token_hex(8)}_"
    yield {
        "LEMONWATCH_DATABASE_URL": database_url,
        "LEMONWATCH_BROKER_URL": redis_server.url,
        "LEMONWATCH_BROKER_PREFIX": prefix,
        "LEMONWATCH_SECRET_KEY": token_hex(16),
        "LEMONWATCH_API_KEY": KEY,
        "LEMONDATA_API_KEY": "sk-test",
        "LEMONWATCH_WEBHOOK_ALLOW": LOOPBACK,
        "LEMONWATCH_POLL_FLOOR": "0.5",
        "LEMONWATCH_POLL_CAP": "1",
    }
    with Redis.from_url(redis_server.url) as redis:
        flush(redis, prefix)


def flush(redis: Redis, prefix: str) -> int:
    """Delete every key under this prefix, and tell how many."""
    return sum(int(redis.delete(key)) for key in redis.scan_iter(match=f"{prefix}*", count=1000))


@contextmanager
def calling(port: str) -> Iterator[httpx.Client]:
    """Call the API at this port, once it answers."""
    with client(f"http://127.0.0.1:{port}", KEY) as api:

        def answers() -> bool:
            try:
                return api.get("/healthz").status_code == 200
            except httpx.TransportError:
                return False

        eventually(answers, what="the API answers")
        yield api
