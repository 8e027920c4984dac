"""Posts one webhook, and turns whatever happens into a reply."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.metadata import version

from app.clients.webhook_secret import key_of
from app.clock import utc_now
from app.deliver.connection import connect
from app.deliver.exchange import Answer, Exchange
from app.deliver.gather import Claim
from app.deliver.reply import Barred, NoAnswer, Replied, Reply, Unanswered
from app.deliver.sign import signed_headers
from app.deliver.telling import attempt_headers
from app.endpoints.guard import Guard, Place
from app.endpoints.headers import unseal
from app.errors import InvalidInput, Unresolved
from app.outbox.states import Fault
from app.process.cipher import Cipher
from app.process.trust import trusted
from app.schedule.retry_after import parse_retry_after

DEADLINE = 15.0  # seconds, over resolving, connecting, sending and reading together
MOST_KEPT = 16 * 1024  # bytes of the reply
AGENT = f"lemonwatch/{version('lemonwatch')}"


class Sender:
    """Posts webhooks, each on a connection of its own to an address that was checked."""

    def __init__(self, guard: Guard, cipher: Cipher, *, in_flight: int) -> None:
        """Send where `guard` admits, signed with secrets that `cipher` can read."""
        # A thread for each in flight: a name server that does not answer holds up no other's webhook.
        self._resolvers = ThreadPoolExecutor(in_flight, thread_name_prefix="resolve")
        self._guard = guard
        self._cipher = cipher
        self._trust = trusted()

    async def send(self, claim: Claim) -> Reply:
        """Make one attempt; a fault of any kind is a reply too."""
        began = utc_now()
        try:
            async with asyncio.timeout(DEADLINE):
                place = await self._resolve(claim.url)
                connection = await connect(place, self._trust)
                answer = await connection.ask(self._exchange(place, claim))
        except Unresolved:
            return Unanswered(Fault.UNRESOLVED, utc_now() - began)
        except InvalidInput as barred:
            return Barred(barred.detail)
        except TimeoutError:
            return Unanswered(Fault.TIMEOUT, utc_now() - began)
        except NoAnswer as none:
            return Unanswered(none.fault, utc_now() - began)
        return _reply(answer, took=utc_now() - began)

    async def _resolve(self, url: str) -> Place:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._resolvers, self._guard.check, url)

    def _exchange(self, place: Place, claim: Claim) -> Exchange:
        body = claim.body.encode()
        keys = [key_of(self._cipher.decrypt(secret)) for secret in claim.secrets]
        headers = {
            "Host": place.host_header,
            "User-Agent": AGENT,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            # None is kept: two hosts may share an address, and a connection's certificate was
            # checked for one of them only.
            "Connection": "close",
            **unseal(claim.header_names, claim.header_values, self._cipher),
            **attempt_headers(claim),
            **signed_headers(event_id=claim.event_id, body=body, keys=keys, now=utc_now()),
        }
        return Exchange(place.target, list(headers.items()), body)

    def close(self) -> None:
        """Look up no more names."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)


def _reply(answer: Answer, *, took: timedelta) -> Replied:
    kept = answer.body[:MOST_KEPT].decode("utf-8", "replace").replace("\0", "")
    is_truncated = len(answer.body) > MOST_KEPT or not answer.is_whole
    wait = parse_retry_after(answer.retry_after, now=utc_now())
    return Replied(answer.status, kept, wait, took, is_truncated=is_truncated)
