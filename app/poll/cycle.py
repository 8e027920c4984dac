"""Polling, start to end: claim what is due, ask LemonData, decide, record."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.curves.forecasts import Forecasts
from app.db.flush import flush_later
from app.outbox.bell import Bell
from app.poll.asking import Asking
from app.poll.claim import Claim, Probe
from app.poll.claiming import claim_due, is_due
from app.poll.heal import FARTHEST, heal
from app.poll.judge import judge
from app.poll.pick import Claiming
from app.poll.presence import bury
from app.poll.record import Recorded, record
from app.poll.release import release
from app.poll.rules import Rules
from app.poll.signal import is_urgent
from app.poll.trouble import hear_of_accounts, tell_of_accounts
from app.process.process import Process
from app.rounds.cycle import Cycle, Written
from app.rounds.flight import STOPPED, Landed
from app.rounds.pace import Pace
from app.schedule.forecast import Book
from app.schedule.policies import policy
from app.upstream.heard import Heard, crashed, nothing_heard
from app.upstream.transport import open_transport

# Several rings: a question that waited no longer than this for its turn was not held up.
PATIENCE = timedelta(seconds=3)
HEAL_EVERY = 60.0  # seconds

log = structlog.get_logger()

Asked = Landed[Claim | Probe, Heard]


class PollCycle(Cycle[Claim | Probe, Heard]):
    """Rounds of polls of all LemonData accounts."""

    def __init__(self, process: Process, asking: Asking, book: Callable[[], Book]) -> None:
        """Ask by `asking`, and plan by what `book` holds at the time."""
        settings = process.settings
        super().__init__(
            process,
            asking.ask,
            fault=lambda why: nothing_heard(why) if why == STOPPED else crashed(why),
            is_urgent=is_urgent,
            capacity=settings.poll_in_flight,
            pace=Pace(settings.poll_cadence.total_seconds()),
        )
        self._asking = asking
        self._bell = process.get(Bell)
        self._book = book
        self._patience = max(settings.intervals[0], PATIENCE)
        self._farthest = max(FARTHEST, 2 * settings.intervals[1])
        self._heals_at = 0.0
        self._claiming = Claiming(
            cipher=process.cipher, clock=utc_now, room_of=asking.room_of,
            book=book if settings.policy == "learning" else None,
        )  # fmt: skip

    @classmethod
    def of(cls, process: Process) -> Self:
        """Make the cycle of `process`, as its settings say."""
        settings = process.settings
        in_flight = settings.poll_in_flight
        transport = open_transport(in_flight=in_flight, proxy=settings.lemondata_proxy)
        forecasts = process.get(Forecasts)
        asking = Asking(transport, in_flight=in_flight)
        return cls(process, asking, lambda: forecasts.book)

    def attend(self) -> None:
        """Put right what a clock has put off; show others that this process lives, and see who does not."""
        presence, database = self._claiming.presence, self.process.database
        self._claiming.held.restore()  # If the last claim failed, what it took is as due as before.
        if monotonic() >= self._heals_at:
            with database.writing() as session:
                heal(session, now=utc_now(), farthest=self._farthest)
            self._heals_at = monotonic() + HEAL_EVERY
        if not presence.is_time:
            return
        with database.reading() as session:
            dead = presence.look(session)
        for holder, beats in dead:
            with database.writing() as session:
                freed = bury(session, holder, beats)
            if freed is not None:
                log.warning("poll.holder_died", freed=freed)
        if not self.is_idle or len(self._claiming.held):
            self._beat()

    def is_due(self, session: Session, *, now: datetime) -> bool:
        """Tell whether an account may be asked now, and something of it is due."""
        return is_due(session, self._claiming, now=now)

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[Claim | Probe]:
        """Claim at most `limit` tasks that are due, as far as their accounts can afford it."""
        # A claim that is lost with the database's last moment is made again, and what was asked under
        # it fails at the fence.
        flush_later(session)
        return claim_due(session, self._claiming, now=now, limit=limit)

    def claimed(self) -> None:
        """Forget what was held and is now asked."""
        self._claiming.held.settle()

    def record(self, session: Session, landed: Sequence[Asked]) -> Written:
        """Decide what each answer means, for its task and for its account, and write it."""
        now = utc_now()
        # Accounts first, as in claiming: whoever locks both locks them in one order.
        changes = hear_of_accounts(session, landed, now=now)
        chosen = policy(self.process.settings.policy, self._book())
        rules = Rules(policy=chosen, patience=self._patience)
        findings = [judge(one.claim, one, rules) for one in landed if isinstance(one.claim, Claim)]
        recorded = record(session, findings, now=now)
        lines = tell_of_accounts(session, changes, now=now)
        if not (lines or recorded.is_news):
            flush_later(session)  # "Not yet" can be asked again; an end, or news, is never lost.
        lines += [
            {"event": "task.recorded", "task_id": task.upstream_id, "status": task.status.value}
            for task in recorded.moved
        ]
        return Written(lines, keep=partial(self._keep, recorded, rings=bool(lines)))

    async def aclose(self) -> None:
        """Close the connections to LemonData."""
        await self._asking.close()

    def stop(self) -> None:
        """Claim no more, and let others have what is held at once, whatever else is to end before."""
        super().stop()
        try:
            self.retire()
        except SQLAlchemyError:  # Whatever it is, the other parts are to end as well.
            log.warning("poll.not_released")  # Others will see that nobody holds it any more.

    def close(self, *, grace: float) -> None:
        """Record what lands within `grace` seconds, cut short the rest, and let go."""
        self.stop()
        super().close(grace=grace)

    def retire(self) -> None:
        """Let go of what is held; what is recorded from now on, until the next claim, is not kept."""
        held = self._claiming.held
        held.restore()
        with self.process.database.writing() as session:
            release(session, held.close())
            self._claiming.presence.leave(session)
        held.settle()

    def _beat(self) -> None:
        held = self._claiming.held
        with self.process.database.writing() as session:
            flush_later(session)
            if not self._claiming.presence.beat(session):
                release(session, held.take_all())
        held.settle()

    def _keep(self, recorded: Recorded, *, rings: bool) -> None:
        """Remember what is committed: to be asked again, or if it is claimed again, or to be told."""
        if refused := self._claiming.held.keep(recorded.kept):
            with self.process.database.writing() as session:
                release(session, refused)
        # Recording has raised each row's token by one.
        self._claiming.known.keep(
            (f.claim.task_id, f.claim.token + 1, f.claim.upstream_id, watch)
            for f in recorded.written
            if (watch := f.watch)
        )
        if rings:
            self._bell.ring()
