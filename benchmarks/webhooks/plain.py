"""A plain loop, by the same client: no SQL, no guard, no bookkeeping.

`python -m benchmarks.webhooks.plain fresh` takes a connection for each POST, as ours does, and `kept`
keeps connections.
"""

import asyncio
import sys
import time
from collections import deque
from typing import NamedTuple

import httpx

from app.clients.webhook_secret import key_of, make_webhook_secret
from app.clock import utc_now
from app.deliver.send import CONNECT, DEADLINE
from app.deliver.sign import signed_headers
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


async def main(load: Load, *, keeps: bool) -> None:
    """Post all there is, so many side by side."""
    keys = [key_of(make_webhook_secret()) for _ in range(load.endpoints)]
    posts = deque(
        Post(load.url_of(load.endpoint_of(n)), event_id, body, keys[load.endpoint_of(n)])
        for n, (event_id, body) in enumerate(bodies(load.events, now=utc_now()))
    )
    search_seldom()
    kept = load.in_flight if keeps else 0
    async with httpx.AsyncClient(
        timeout=httpx.Timeout(DEADLINE, connect=CONNECT),
        limits=httpx.Limits(max_keepalive_connections=kept),
        trust_env=False,
    ) as client:
        began, cpu = time.monotonic(), time.process_time()
        await asyncio.gather(*(_post_on(client, posts) for _ in range(load.in_flight)))
        Said(began=began, cpu=time.process_time() - cpu).write(load)


async def _post_on(client: httpx.AsyncClient, posts: deque[Post]) -> None:
    while posts:
        url, event_id, body, key = posts.popleft()
        headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            **signed_headers(event_id=event_id, body=body, keys=[key], now=utc_now()),
        }
        async with client.stream("POST", url, content=body, headers=headers) as response:
            await response.aread()


if __name__ == "__main__":
    run(main(Load.here(), keeps=sys.argv[1] == "kept"))
