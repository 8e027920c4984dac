"""Delivering, start to end: what one process needs to run rounds of it."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

import structlog

from app.clock import utc_now
from app.deliver.claim import Claim, claim_due
from app.deliver.decide import decide
from app.deliver.reply import Reply
from app.deliver.send import Sender
from app.deliver.settle import Settlement, settle
from app.endpoints.guard import Guard
from app.process import Process
from app.rounds.flight import Flight, Landed
from app.rounds.round import Rounds

# Three times what sending can take: a claim is never taken from a worker that is alive.
LEASE = timedelta(seconds=45)

log = structlog.get_logger()


class DeliverCycle:
    """Claims what is due, posts, decides, settles."""

    def __init__(self, process: Process) -> None:
        """Deliver for `process`, with its settings."""
        self._process = process
        self._sender = Sender(Guard.of(process.settings), process.cipher)
        flight = Flight[Claim, Reply](
            process.loop, self._sender.send, capacity=process.settings.deliver_in_flight
        )
        self._rounds = Rounds(flight, claim=self._claim, record=self._settle)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`."""
        return cls(process)

    def run(self) -> None:
        """Run one round."""
        self._rounds.run()

    def close(self) -> None:
        """Close what is still connected to receivers."""
        self._process.loop.call(self._sender.close(), timeout=5)

    def _claim(self, limit: int) -> list[Claim]:
        with self._process.database.writing() as session:
            return claim_due(session, now=utc_now(), lease=LEASE, limit=limit)

    def _settle(self, landed: Sequence[Landed[Claim, Reply]]) -> None:
        settlements = [_judge(one) for one in landed]
        with self._process.database.writing() as session:
            settle(session, settlements)
        for s in settlements:
            log.info("delivery.settled", event_id=s.claim.event_id, state=s.verdict.state.value)


def _judge(landed: Landed[Claim, Reply]) -> Settlement:
    claim, now = landed.claim, landed.answered_at
    spread = random.uniform(-1, 1)  # noqa: S311 - it keeps no secret
    verdict = decide(landed.answer, attempt=claim.attempt, now=now, jitter=spread)
    return Settlement(claim=claim, reply=landed.answer, verdict=verdict, at=landed.asked_at)
