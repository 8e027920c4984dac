"""Asks LemonData about one task, and turns whatever happens into an answer."""

import asyncio
from importlib.metadata import version

import httpx

from app.accounts.account import Account
from app.clock import utc_now
from app.poll.answer import Answer, Fault
from app.poll.claim import Claim
from app.poll.decode import decode

# A claim's lease outlasts this by far, so no task is ever asked for by two workers at once.
DEADLINE = 10.0  # seconds, over connecting, sending and reading together
CONNECT = 5.0  # seconds
LARGEST_BODY = 1 << 20  # bytes; an answer with ten images is a few thousand


class Upstream:
    """One pooled client for one LemonData account."""

    def __init__(self, account: Account, *, in_flight: int) -> None:
        """Prepare to ask with `account`'s key, at most `in_flight` at once."""
        self._client = httpx.AsyncClient(
            base_url=account.base_url,
            headers={
                "Authorization": f"Bearer {account.key.get_secret_value()}",
                "User-Agent": f"lemonwatch/{version('lemonwatch')}",
            },
            timeout=httpx.Timeout(DEADLINE, connect=CONNECT),
            limits=httpx.Limits(max_connections=in_flight, keepalive_expiry=60),
            # The key must not take a detour through a proxy that happens to be in the environment.
            trust_env=False,
            follow_redirects=False,
        )

    async def ask(self, claim: Claim) -> Answer:
        """Ask once; a fault of any kind is an answer too."""
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._get(claim)
        except TimeoutError:
            return Fault("timeout")
        except httpx.HTTPError as error:
            return Fault(type(error).__name__)

    async def _get(self, claim: Claim) -> Answer:
        async with self._client.stream("GET", claim.path) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return Fault("an answer too large")
            retry_after = response.headers.get("Retry-After")
            return decode(
                response.status_code, bytes(body),
                of=claim.upstream_id, retry_after=retry_after, now=utc_now(),
            )  # fmt: skip

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()
