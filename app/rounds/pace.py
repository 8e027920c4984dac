"""How soon to claim again, soon while there is more and never most of the time, and for how long."""

from dataclasses import dataclass

CADENCE = 0.1  # seconds between two claims, where neither much is due nor claiming is dear
SHARE = 0.25  # Of the time, at most, that goes into claiming.
BUSY_SHARE = 0.5  # And where all that there was room for was found: there is a backlog to work off.
# While all that there was room for was claimed, or there was no room.
SHORTEST = 0.1  # seconds
# The same while most that can be asked at once is being asked all along. Claiming costs as much as a
# hundred polls, and until then there is enough that waits for its turn.
BUSY = 0.2  # seconds
# What ripens of a budget in half a second may start at once; more is lost to whoever claims later.
LONGEST = 0.4  # seconds
# A worker that nobody rings any more is to end by itself, and one that is rung is to leave no gap.
LASTS = 60.0  # seconds that a shift goes on after the last ring


@dataclass(frozen=True, slots=True)
class Pace:
    """The pauses within the shifts of one kind of work, and the end of those."""

    cadence: float = CADENCE
    lasts: float = LASTS
    # From one look that found nothing to the next, where nobody rings meanwhile: longer than the cadence
    # for work that seldom falls due without a ring.
    idle: float = 0.0
    # The pause where those who ask are busy; shorter where nothing waits in line for them meanwhile.
    busy: float = BUSY

    def pause(self, took: float, *, more: bool, is_busy: bool = False) -> float:
        """Return how long to pause after claiming that `took` so many seconds; `more` may be due.

        Where that is, it is told apart whether those who ask are busy, or were only given too little.
        """
        share = BUSY_SHARE if more else SHARE
        rest = took * (1 - share) / share
        shorter = self.busy if is_busy else min(SHORTEST, self.cadence)
        cadence = shorter if more else self.cadence
        return min(max(rest, cadence - took), max(LONGEST, self.cadence))
