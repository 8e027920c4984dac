"""The port to LemonData over httpx: where there is no build of the faster client."""

import asyncio
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from pydantic import SecretStr

from app.process.trust import trusted
from app.upstream.port import Fault, Response, Unanswered
from app.upstream.wire import CONNECT, DEADLINE, ENOUGH, HEADERS, KEEP, respond


class HttpxTransport:
    """One pool of connections for every account: the key goes with the request."""

    def __init__(
        self,
        *,
        in_flight: int,
        proxy: SecretStr | None = None,
        deadline: float = DEADLINE,
        connect: float = CONNECT,
        roots: str | None = None,
    ) -> None:
        """Send at most `in_flight` requests at once, through `proxy` if one is given.

        Each is given up after `deadline` seconds, or after `connect` without a connection. Trusted
        are the system's certificates and `roots`, in PEM; by default certifi's.
        """
        self._deadline = deadline
        self._client = httpx.AsyncClient(
            headers=HEADERS,
            # Accounts share the pool; what one is given to remember, another must not send.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(deadline, connect=connect),
            limits=httpx.Limits(max_connections=in_flight, keepalive_expiry=KEEP),
            # The key must not take a detour through a proxy that happens to be in the environment.
            trust_env=False,
            verify=trusted(roots),
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
            raise Unanswered(Fault.TIMEOUT) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            # The text could hold a header, and with it the key.
            raise Unanswered(_fault(error)) from None

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._client.aclose()

    async def _get(self, url: str, headers: dict[str, str]) -> Response:
        async with self._client.stream("GET", url, headers=headers) as response:
            raw = bytearray()
            async for chunk in response.aiter_raw():
                raw += chunk
                if len(raw) >= ENOUGH:
                    break
            lower = {name.lower(): value for name, value in response.headers.items()}
            return respond(response.status_code, lower, bytes(raw))


def _fault(error: Exception) -> Fault:
    match error:
        case httpx.TimeoutException():
            return Fault.TIMEOUT
        case httpx.ConnectError() | httpx.ProxyError():
            return Fault.NO_CONNECTION
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return Fault.NO_REQUEST
        case httpx.HTTPError():
            return Fault.BROKEN
        case _:
            return Fault.NO_REQUEST
