"""Polling, start to end: claim what is due, ask LemonData, decide, record."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy.orm import Session

from app.accounts.account import default_account
from app.clock import utc_now
from app.poll.answer import Answer, Fault
from app.poll.ask import DEADLINE, Upstream
from app.poll.claim import Claim, claim_due
from app.poll.decide import Rules, decide
from app.poll.record import Finding, record
from app.process.process import Process
from app.rounds.cycle import Cycle
from app.rounds.flight import Landed
from app.schedule.backoff import policy

# Three times what asking can take: a claim is never taken from a worker that is alive.
LEASE = 3 * timedelta(seconds=DEADLINE)
# Several rings: a question that waited no longer than this for its turn was not held up.
PATIENCE = timedelta(seconds=3)


class PollCycle(Cycle[Claim, Answer]):
    """Rounds of polls of one LemonData account."""

    def __init__(self, process: Process, upstream: Upstream, rules: Rules) -> None:
        """Ask `upstream`, and decide by `rules`."""
        super().__init__(
            process, upstream.ask, fault=Fault, capacity=process.settings.poll_in_flight
        )
        self._upstream = upstream
        self._rules = rules

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`, as its settings say."""
        settings = process.settings
        upstream = Upstream(default_account(settings), in_flight=settings.poll_in_flight)
        floor, cap = settings.intervals
        chosen = policy(settings.policy, floor=floor, cap=cap)
        return cls(process, upstream, Rules(policy=chosen, patience=max(floor, PATIENCE)))

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[Claim]:
        """Claim at most `limit` tasks that are due."""
        return claim_due(session, now=now, lease=LEASE, limit=limit)

    def record(
        self, session: Session, landed: Sequence[Landed[Claim, Answer]]
    ) -> list[dict[str, str]]:
        """Decide what each answer means, and write it."""
        moved = record(session, [self._find(one) for one in landed], now=utc_now())
        return [
            {"event": "task.recorded", "task_id": task.upstream_id, "status": task.status.value}
            for task in moved
        ]

    async def aclose(self) -> None:
        """Close the connections to LemonData."""
        await self._upstream.close()

    def _find(self, landed: Landed[Claim, Answer]) -> Finding:
        claim, now = landed.claim, landed.answered_at
        outcome = decide(
            landed.answer, claim.watch, self._rules,
            asked_at=landed.asked_at, now=now, jitter=random.random(),  # noqa: S311 - no secret
        )  # fmt: skip
        return Finding(claim=claim, outcome=outcome, at=now)
