"""Posts one webhook, and turns whatever happens into a reply."""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version

import httpx

from app.clients.webhook_secret import key_of
from app.clock import utc_now
from app.deliver.gather import Claim
from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.deliver.sign import signed_headers
from app.deliver.sparing import Sparing
from app.deliver.telling import attempt_headers
from app.endpoints.address import Address
from app.endpoints.guard import Guard, Place
from app.endpoints.headers import unseal
from app.errors import InvalidInput, Unresolved
from app.process.cipher import Cipher
from app.schedule.retry_after import parse_retry_after

DEADLINE = 15.0  # seconds, over resolving, connecting, sending and reading together
CONNECT = 5.0  # seconds
MOST_READ = 64 * 1024  # bytes of the reply
MOST_CHUNKS = 256  # Each takes as long to read as many bytes do.
MOST_KEPT = 16 * 1024  # bytes of the reply


class Sender:
    """Posts webhooks, each on a connection of its own to an address that was checked."""

    def __init__(self, guard: Guard, cipher: Cipher, *, in_flight: int) -> None:
        """Send where `guard` admits, signed with secrets that `cipher` can read."""
        # A thread for each in flight: a name server that does not answer holds up no other's webhook.
        self._resolvers = ThreadPoolExecutor(in_flight, thread_name_prefix="resolve")
        self._guard = guard
        self._cipher = cipher
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(DEADLINE, connect=CONNECT),
            # No connection is kept: two hosts may share an address, and a connection's certificate
            # was checked for one of them only.
            limits=httpx.Limits(max_keepalive_connections=0),
            # No cookie either: it would be sent to whoever else has that address, and kept for good.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": f"lemonwatch/{version('lemonwatch')}"},
            trust_env=False,
            follow_redirects=False,
        )

    async def send(self, claim: Claim) -> Reply:
        """Make one attempt; a fault of any kind is a reply too."""
        began = utc_now()
        try:
            async with asyncio.timeout(DEADLINE):
                place = await self._resolve(claim.url)
                return await self._post_to_first(place, claim, began)
        except Unresolved:
            return Unanswered("unresolved", utc_now() - began)
        except InvalidInput as barred:
            return Barred(barred.detail)
        except (TimeoutError, httpx.TimeoutException):
            return Unanswered("timeout", utc_now() - began)
        except (httpx.HTTPError, ssl.SSLError) as error:  # httpx knows the handshake's errors only.
            return Unanswered(type(error).__name__, utc_now() - began)
        except AttributeError:
            # anyio's, which asks after the peer of a connection that uvloop has already found reset.
            return Unanswered("ConnectError", utc_now() - began)

    async def _resolve(self, url: str) -> Place:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._resolvers, self._guard.check, url)

    async def _post_to_first(self, place: Place, claim: Claim, began: datetime) -> Reply:
        """Post to the first address that takes the connection; nothing is sent to the others."""
        *others, last = place.addresses
        for address in others:
            try:
                return await self._post(place, address, claim, began)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._post(place, last, claim, began)

    async def _post(self, place: Place, address: Address, claim: Claim, began: datetime) -> Reply:
        body = claim.body.encode()
        keys = [key_of(self._cipher.decrypt(secret)) for secret in claim.secrets]
        headers = {
            **unseal(claim.header_names, claim.header_values, self._cipher),
            "Host": place.host_header,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            **attempt_headers(claim),
            **signed_headers(event_id=claim.event_id, body=body, keys=keys, now=utc_now()),
        }
        # The address takes the host's place in the URL, so that no second look-up can lead
        # elsewhere; TLS still checks the certificate against the host.
        extensions = {"sni_hostname": place.host, "trace": Sparing()}
        async with self._client.stream(
            "POST", place.url_at(address), content=body, headers=headers, extensions=extensions
        ) as response:
            said, is_truncated = await _beginning(response)
            wait = parse_retry_after(response.headers.get("Retry-After"), now=utc_now())
            took = utc_now() - began
            return Replied(response.status_code, said, wait, took, is_truncated=is_truncated)

    async def close(self) -> None:
        """Close what is still connected."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)
        await self._client.aclose()


async def _beginning(response: httpx.Response) -> tuple[str, bool]:
    """Read the reply, undecoded and not to its end if it is long.

    Returns what is worth keeping, and whether there is more.
    """
    read, chunks, is_cut = bytearray(), 0, False
    async for chunk in response.aiter_raw():
        read += chunk
        chunks += 1
        if len(read) >= MOST_READ or chunks >= MOST_CHUNKS:
            is_cut = True
            break
    kept = bytes(read[:MOST_KEPT]).decode("utf-8", "replace").replace("\0", "")
    return kept, is_cut or len(read) > MOST_KEPT
