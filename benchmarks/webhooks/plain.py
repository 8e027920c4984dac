"""A plain loop: no SQL, no guard, no bookkeeping.

`python -m benchmarks.webhooks.plain same` posts by the very client that ours does. The others do so by
httpx: `fresh` takes a connection for each POST, as ours does, and `kept` keeps connections.
"""

import asyncio
import ssl
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.clock import utc_now
from app.deliver.connection import CONNECT, connect
from app.deliver.exchange import Exchange
from app.deliver.send import DEADLINE
from app.deliver.sign import signed_headers
from app.endpoints.guard import Place
from app.process.garbage import search_seldom
from benchmarks.loop import run
from benchmarks.webhooks.load import Load
from benchmarks.webhooks.said import Said
from benchmarks.webhooks.tasks import bodies


class Post(NamedTuple):
    """What to post."""

    url: str
    event_id: str
    body: bytes
    key: bytes

    @property
    def headers(self) -> dict[str, str]:
        """What a receiver needs."""
        return {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            **signed_headers(
                event_id=self.event_id, body=self.body, keys=[self.key], now=utc_now()
            ),
        }


Send = Callable[[Post], Awaitable[None]]


async def main(load: Load, client: str) -> None:
    """Post all there is, so many side by side."""
    keys = [key_of(make_webhook_secret()) for _ in range(load.endpoints)]
    posts = deque(
        Post(load.url_of(load.endpoint_of(n)), event_id, body, keys[load.endpoint_of(n)])
        for n, (event_id, body) in enumerate(bodies(load.events, now=utc_now()))
    )
    search_seldom()
    kept = load.in_flight if client == "kept" else 0
    sending = _by_our_own() if client == "same" else _by_httpx(kept)
    async with sending as send:
        began, cpu = time.monotonic(), time.process_time()
        await asyncio.gather(*(_go_on(send, posts) for _ in range(load.in_flight)))
        Said(began=began, cpu=time.process_time() - cpu).write(load)


async def _go_on(send: Send, posts: deque[Post]) -> None:
    while posts:
        await send(posts.popleft())


@asynccontextmanager
async def _by_our_own() -> AsyncIterator[Send]:
    trust = ssl.create_default_context()

    async def send(post: Post) -> None:
        url = urlsplit(post.url)
        host, port = str(url.hostname), url.port or 80
        place = Place(url.scheme, host, port, url.path, (ip_address(host),))
        headers = {"Host": place.host_header, "Connection": "close", **post.headers}
        async with asyncio.timeout(DEADLINE):
            connection = await connect(place, trust)
            await connection.ask(Exchange(place.target, list(headers.items()), post.body))

    yield send


@asynccontextmanager
async def _by_httpx(kept: int) -> AsyncIterator[Send]:
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(DEADLINE, connect=CONNECT),
        limits=httpx.Limits(max_keepalive_connections=kept),
        trust_env=False,
    ) as client:

        async def send(post: Post) -> None:
            async with client.stream(
                "POST", post.url, content=post.body, headers=post.headers
            ) as response:
                await response.aread()

        yield send


if __name__ == "__main__":
    run(main(Load.here(), sys.argv[1]))
