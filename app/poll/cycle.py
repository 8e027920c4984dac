"""Polling, start to end: what one process needs to run rounds of it."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

import structlog

from app.accounts.account import default_account
from app.clock import utc_now
from app.poll.answer import Answer
from app.poll.ask import Upstream
from app.poll.claim import Claim, claim_due
from app.poll.decide import Rules, decide
from app.poll.record import Finding, record
from app.process import Process
from app.rounds.flight import Flight, Landed
from app.rounds.round import Rounds
from app.schedule.backoff import policy

# Three times what asking can take: a claim is never taken from a worker that is alive.
LEASE = timedelta(seconds=30)

log = structlog.get_logger()


class PollCycle:
    """Claims what is due, asks LemonData, decides, records."""

    def __init__(self, process: Process) -> None:
        """Poll for `process`, with its settings."""
        settings = process.settings
        self._process = process
        self._rules = Rules(
            policy=policy(settings.policy, floor=settings.poll_floor, cap=settings.poll_cap),
            patience=settings.poll_floor,
        )
        in_flight = settings.poll_in_flight
        self._upstream = Upstream(default_account(settings), in_flight=in_flight)
        flight = Flight[Claim, Answer](process.loop, self._upstream.ask, capacity=in_flight)
        self._rounds = Rounds(flight, claim=self._claim, record=self._record)

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`."""
        return cls(process)

    def run(self) -> None:
        """Run one round."""
        self._rounds.run()

    def close(self) -> None:
        """Close the connections to LemonData."""
        self._process.loop.call(self._upstream.close(), timeout=5)

    def _claim(self, limit: int) -> list[Claim]:
        with self._process.database.writing() as session:
            return claim_due(session, now=utc_now(), lease=LEASE, limit=limit)

    def _record(self, landed: Sequence[Landed[Claim, Answer]]) -> None:
        findings = [self._find(one) for one in landed]
        with self._process.database.writing() as session:
            moved = record(session, findings, now=utc_now())
        for task in moved:
            log.info("task.recorded", task_id=task.upstream_id, status=task.status.value)

    def _find(self, landed: Landed[Claim, Answer]) -> Finding:
        claim, now = landed.claim, landed.answered_at
        outcome = decide(
            landed.answer, claim.watch, self._rules,
            asked_at=landed.asked_at, now=now, jitter=random.random(),  # noqa: S311 - no secret
        )  # fmt: skip
        return Finding(claim=claim, outcome=outcome, at=now)
