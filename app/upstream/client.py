"""The port to LemonData over httpx."""

import asyncio
import zlib
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpx
from pydantic import SecretStr

from app.upstream.port import LARGEST_BODY, Response, Unanswered

# A claim's lease outlasts this by far, so no task is ever asked for by two workers at once.
DEADLINE = 10.0  # seconds, over connecting, sending and reading together
CONNECT = 5.0  # seconds
KEEP = 60.0  # seconds that an idle connection is kept for the next round
_INFLATES = {"gzip", "x-gzip", "deflate"}


class HttpxTransport:
    """One pool of connections for every account: the key goes with the request."""

    def __init__(
        self, *, in_flight: int, proxy: SecretStr | None = None, deadline: float = DEADLINE
    ) -> None:
        """Send at most `in_flight` requests at once, through `proxy` if one is given.

        Each is given up after `deadline` seconds.
        """
        self._deadline = deadline
        self._client = httpx.AsyncClient(
            headers={
                "User-Agent": f"lemonwatch/{version('lemonwatch')}",
                "Accept": "application/json",
                # An answer is small, and one that is not compressed cannot explode.
                "Accept-Encoding": "identity",
            },
            # Accounts share the pool; what one is given to remember, another must not send.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(deadline, connect=CONNECT),
            limits=httpx.Limits(max_connections=in_flight, keepalive_expiry=KEEP),
            # The key must not take a detour through a proxy that happens to be in the environment.
            trust_env=False,
            proxy=proxy.get_secret_value() if proxy else None,
            follow_redirects=False,
        )

    async def get(self, url: str, *, key: SecretStr) -> Response:
        """Send `GET url` with the bearer `key`; raise Unanswered when no response comes in time."""
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"}
        try:
            async with asyncio.timeout(self._deadline):
                return await self._get(url, headers)
        except TimeoutError:
            raise Unanswered("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            # The text could hold a header, and with it the key; the type says enough.
            raise Unanswered(type(error).__name__) from None

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()

    async def _get(self, url: str, headers: dict[str, str]) -> Response:
        async with self._client.stream("GET", url, headers=headers) as response:
            raw = bytearray()
            async for chunk in response.aiter_raw():
                raw += chunk
                if len(raw) > LARGEST_BODY:
                    break
            body = _plain(bytes(raw), response.headers.get("Content-Encoding", ""))
            return Response(
                status=response.status_code,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=body[:LARGEST_BODY],
                is_cut=len(body) > LARGEST_BODY,
            )


def _plain(raw: bytes, encoding: str) -> bytes:
    """Undo a compression that we did not ask for, no further than one byte beyond the limit."""
    if encoding.strip().lower() not in _INFLATES:
        return raw
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw, LARGEST_BODY + 1)
