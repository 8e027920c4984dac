"""Signs of life: how the leases of a process that died are freed long before they end.

No clock is compared with another: each process counts up in a row of its own, and who sees another's count
stand still for long, by its own monotonic clock, takes it for dead. That is a guess, as all such are; the
fencing token makes it harmless.
"""

from collections.abc import Callable
from secrets import randbits
from time import monotonic

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.clock import EPOCH
from app.tasks.models import Holder, Poll

EVERY = 1.0  # seconds between two signs, and between two looks at those of others
# Without a sign, and with looks all along, before a process counts as dead: as long as asking may take.
DEAD = 10.0  # seconds
# Who did not look for so long (the database was away, or this process stood still) counts anew.
BLIND = 3.0  # seconds


class Presence:
    """This process among those that hold leases."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Be nobody yet; `clock` gives seconds and never goes back."""
        self.id = randbits(62)
        self._clock = clock
        self._beat_at = self._looked_at = float("-inf")
        self._was_here = False
        # Of each other: its count, and since when it has stood there.
        self._others: dict[int, tuple[int, float]] = {}

    @property
    def is_alone(self) -> bool:
        """Whether no other was there at the last look."""
        return not self._others

    @property
    def is_time(self) -> bool:
        """Whether the last look is long enough ago."""
        return self._clock() >= self._looked_at + EVERY

    def beat(self, session: Session) -> bool:
        """Give a sign of life if the last is long enough ago.

        Returns whether this process is still taken for alive. If it is not, others may have its leases by
        now, and it goes on under another id.
        """
        now = self._clock()
        if now < self._beat_at + EVERY:
            return True
        self._was_here = True
        mine = update(Holder).where(Holder.id == self.id).values(beats=Holder.beats + 1)
        if session.connection().execute(mine).rowcount:
            self._beat_at = now
            return True
        # That may be rolled back: only the next beat can tell that there is such a row.
        self.id, self._beat_at = randbits(62), float("-inf")
        session.execute(insert(Holder).values(id=self.id, beats=1))
        return False

    def look(self, session: Session) -> list[tuple[int, int]]:
        """Look at the others; return those that are dead, each with its last count."""
        rows = session.execute(select(Holder.id, Holder.beats).where(Holder.id != self.id)).all()
        # Only now: whose database is away sees nothing, and neither can the others give a sign.
        now = self._clock()
        before = self._others if now - self._looked_at < BLIND else {}
        self._looked_at = now
        self._others = {}
        for row in rows:
            beats, since = before.get(row.id, (None, now))
            self._others[row.id] = (row.beats, since if beats == row.beats else now)
        return [(one, beats) for one, (beats, since) in self._others.items() if now - since > DEAD]

    def leave(self, session: Session) -> None:
        """Say that this process holds nothing any more, if it ever did."""
        if self._was_here:
            session.execute(delete(Holder).where(Holder.id == self.id))
            self._beat_at = float("-inf")


def bury(session: Session, holder: int, beats: int) -> int | None:
    """Free the leases of a dead process; return how many they were, or None if it gave a sign since.

    Should it live after all, the fence drops what it hears.
    """
    gone = delete(Holder).where(Holder.id == holder, Holder.beats == beats)
    if not session.connection().execute(gone).rowcount:
        return None
    # Not by their ends, which that process's own clock has set.
    its = update(Poll).where(Poll.holder == holder, Poll.leased_until > EPOCH)
    free = its.values(leased_until=EPOCH, claimable_at=Poll.due_at, token=Poll.token + 1)
    return session.connection().execute(free).rowcount
