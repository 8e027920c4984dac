"""Makes one attempt as a worker does: sent, and judged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from time import monotonic

from app.deliver.decide import decide
from app.deliver.gather import Claim
from app.deliver.reply import Reply
from app.deliver.send import Sender
from app.endpoints.guard import Guard
from app.outbox.states import DeliveryState
from app.process.cipher import Cipher
from tests.build import NOW
from tests.listening import play

CIPHER = Cipher("0123456789abcdef0123456789abcdef")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOCAL = Guard((ip_network("127.0.0.0/8"), ip_network("::1/128")), frozenset({443}))
CLAIM = Claim(
    delivery_id=1, token=1, attempt=1, endpoint_id=1, is_well=True, is_failing=False, back=None,
    sequence=7, watermark=5, event_id="evt_1", client_id=1, happened_at=NOW, endpoint="we_1",
    body='{"type":"task.completed"}',
    url="", secrets=(CIPHER.encrypt(SECRET),), header_names=(), header_values=None,
)  # fmt: skip


@asynccontextmanager
async def sending(guard: Guard = LOCAL, *, in_flight: int = 2) -> AsyncIterator[Sender]:
    """Have a sender until the block ends."""
    sender = Sender(guard, CIPHER, in_flight=in_flight)
    try:
        yield sender
    finally:
        sender.close()


def send(url: str, guard: Guard = LOCAL, *, claim: Claim = CLAIM) -> Reply:
    """Send once to `url`."""
    return timed(url, guard, claim=claim)[0]


def timed(url: str, guard: Guard = LOCAL, *, claim: Claim = CLAIM) -> tuple[Reply, float]:
    """Send once to `url`; tell also how many seconds it took by a clock of the test's own."""

    async def once() -> tuple[Reply, float]:
        async with sending(guard) as sender:
            began = monotonic()
            reply = await sender.send(replace(claim, url=url))
            return reply, monotonic() - began

    return play(once())


def judged(reply: Reply, *, is_own: bool = False) -> tuple[DeliveryState, timedelta]:
    """Tell where a first attempt leaves its delivery, and how long it is left alone then."""
    verdict = decide(reply, attempt=1, now=NOW, jitter=0, is_own=is_own)
    return verdict.state, verdict.due_at - NOW
