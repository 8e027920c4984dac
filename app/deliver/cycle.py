"""Delivering, start to end: claim what is due, post, decide, settle."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Self

from sqlalchemy.orm import Session

from app.clock import utc_now
from app.deliver.claim import claim_due, is_due
from app.deliver.decide import decide
from app.deliver.gather import Claim
from app.deliver.park import is_astray, park
from app.deliver.recover import recover, running
from app.deliver.reply import Reply, Unanswered
from app.deliver.send import DEADLINE, Sender
from app.deliver.settle import settle
from app.deliver.settlement import Settlement
from app.deliver.shares import Shares
from app.endpoints.guard import Guard
from app.outbox.bell import Bell
from app.process.process import Process
from app.rounds.cycle import Cycle, Written
from app.rounds.flight import Landed
from app.rounds.pace import Pace

# Three times what sending can take: a claim is never taken from a worker that is alive.
LEASE = 3 * timedelta(seconds=DEADLINE)
# Between two looks where nobody rings. Who records rings, and beat does: this is for retries.
IDLE = 1.0  # seconds
# Between two claims: what is recorded meanwhile waits for the next.
CADENCE = 0.03  # seconds
FOLLOW_EVERY = 1.0  # seconds


class DeliverCycle(Cycle[Claim, Reply]):
    """Rounds of webhook posts."""

    def __init__(self, process: Process, sender: Sender) -> None:
        """Post by `sender`."""
        super().__init__(
            process,
            self._send,
            fault=lambda why: Unanswered(why, timedelta()),
            capacity=process.settings.deliver_in_flight,
            pace=Pace(cadence=CADENCE, idle=IDLE, busy=CADENCE),
            # What waited in line behind receivers that do not answer might outlast its lease.
            ahead=0,
        )
        self._sender = sender
        room = process.settings.deliver_in_flight
        self._shares = Shares(room, lease=LEASE.total_seconds())
        self._follows_at = 0.0
        process.get(Bell).listen(self.run)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`, as its settings say."""
        settings = process.settings
        in_flight = settings.deliver_in_flight
        return cls(process, Sender(Guard.of(settings), process.cipher, in_flight=in_flight))

    def attend(self) -> None:
        """Follow what has become of endpoints, and go on with what is being recovered."""
        if monotonic() < self._follows_at:
            return
        with self.process.database.reading() as session:
            is_needed, recoveries = is_astray(session), running(session)
        if is_needed:
            with self.process.database.writing() as session:
                park(session, now=utc_now(), lease=LEASE)
        for recovery_id in recoveries:
            with self.process.database.writing() as session:
                recover(session, recovery_id, now=utc_now())
        self._follows_at = monotonic() + FOLLOW_EVERY

    def is_due(self, session: Session, *, now: datetime) -> bool:
        """Tell whether a delivery is due and free."""
        return is_due(session, now=now, left=self._shares.left())

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[Claim]:
        """Claim at most `limit` deliveries that are due."""
        left = self._shares.left()
        claims = claim_due(session, now=now, lease=LEASE, limit=limit, left=left)
        self._shares.take(claims)
        return claims

    def record(self, session: Session, landed: Sequence[Landed[Claim, Reply]]) -> Written:
        """Decide what each reply means, and write it."""
        self._shares.give_back([one.claim for one in landed])
        settled = settle(session, [_judge(one) for one in landed], now=utc_now())
        lines = [
            {
                "event": "delivery.settled",
                "event_id": one.claim.event_id,
                "state": one.verdict.state.value,
            }
            for one in settled
        ]
        # Its place has room again, and may have been waiting for that.
        return Written(lines, keep=self.run)

    async def _send(self, claim: Claim, asked_at: datetime) -> Landed[Claim, Reply]:
        return Landed(claim, await self._sender.send(claim), asked_at, utc_now())

    async def aclose(self) -> None:
        """Close what is still connected to receivers."""
        self._sender.close()


def _judge(landed: Landed[Claim, Reply]) -> Settlement:
    claim, now = landed.claim, landed.answered_at
    spread = random.uniform(-1, 1)  # noqa: S311 - it keeps no secret
    is_own = claim.endpoint_id is None
    verdict = decide(
        landed.answer, attempt=claim.attempt, now=now, jitter=spread, is_own=is_own, back=claim.back
    )
    return Settlement(claim=claim, reply=landed.answer, verdict=verdict, at=landed.asked_at)
