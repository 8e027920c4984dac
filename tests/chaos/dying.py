"""A worker that is killed with -9 at one boundary of a delivery's way: `python -m tests.chaos.dying claimed`.

It runs the service's own cycles; what is overridden of them dies, and changes nothing else.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NoReturn

from sqlalchemy.orm import Session

from app.deliver import cycle as delivering
from app.deliver.cycle import DeliverCycle
from app.deliver.gather import Claim
from app.deliver.reply import Reply
from app.poll.cycle import Asked, PollCycle
from app.process.process import Process
from app.rounds.cycle import Written
from app.rounds.flight import Landed
from app.settings import load_settings

# What a dead worker was to send is claimed again at the end of its lease. That is shortened here, for this
# process alone, so that a test waits for less: how long it is has no part in what is lost or doubled.
LEASE = timedelta(seconds=0.5)
LIFE = 30.0  # Seconds until it ends by itself, which is a failure.


class Boundary(StrEnum):
    """Where it dies."""

    RECORDING = "recording"  # All is written, and not committed.
    RECORDED = "recorded"
    CLAIMING = "claiming"  # The leases are written, and not committed.
    CLAIMED = "claimed"
    POSTED = "posted"  # The receivers have it all, and have not answered. The test kills it then.
    REPLIED = "replied"
    SETTLING = "settling"  # The attempts are written, and not committed.
    SETTLED = "settled"

    @property
    def is_of_recording(self) -> bool:
        """Whether that is before there is anything to deliver, or just then."""
        return self in {Boundary.RECORDING, Boundary.RECORDED}

    @property
    def has_posted(self) -> bool:
        """Whether that is after receivers have been sent what is due."""
        return self in {Boundary.POSTED, Boundary.REPLIED, Boundary.SETTLING, Boundary.SETTLED}


def die() -> NoReturn:
    """End as by kill -9: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("It outlived kill -9.")


class DyingPolls(PollCycle):
    """Polls, and dies recording what came of them."""

    at: Boundary

    def record(self, session: Session, landed: Sequence[Asked]) -> Written:
        """Record, and once a task has ended die before the commit, or after that of the last."""
        written = super().record(session, landed)
        if not written.lines:
            return written
        if self.at is Boundary.RECORDING:
            session.flush()
            die()
        return replace(written, keep=die) if self.is_idle else written


class DyingDeliveries(DeliverCycle):
    """Delivers what it claims at once, and dies of it."""

    at: Boundary
    has_claimed = False

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[Claim]:
        """Claim once: with a lease so short it would soon claim again what it is sending."""
        if self.has_claimed:
            return []
        claims = super().claim(session, now=now, limit=limit)
        self.has_claimed = bool(claims)
        if claims and self.at is Boundary.CLAIMING:
            die()
        return claims

    def claimed(self) -> None:
        """Die once a claim is committed, and nothing is sent."""
        if self.has_claimed and self.at is Boundary.CLAIMED:
            die()

    def record(self, session: Session, landed: Sequence[Landed[Claim, Reply]]) -> Written:
        """Settle, and die before, before the commit, or after that of the last."""
        if self.at is Boundary.REPLIED:
            die()
        written = super().record(session, landed)
        if self.at is Boundary.SETTLING:
            session.flush()
            die()
        return replace(written, keep=die) if self.is_idle else written


def main(at: Boundary) -> None:
    """Work until it dies."""
    process = Process(load_settings())
    cycle: DyingPolls | DyingDeliveries
    if at.is_of_recording:
        cycle = DyingPolls.of(process)
    else:
        delivering.LEASE = LEASE
        cycle = DyingDeliveries.of(process)
    cycle.at = at
    cycle.run()
    time.sleep(LIFE)


if __name__ == "__main__":
    main(Boundary(sys.argv[1]))
