"""What one look found, ready to be written."""

from datetime import datetime
from typing import NamedTuple

from app.clock import EPOCH
from app.poll.claim import Claim
from app.poll.outcome import Dropped, Ended, Outcome, WatchOn
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.evidence import Evidence

WATCHED_NO_MORE = "watched no more"


class Unchanged(NamedTuple):
    """A look that saw what the last one saw, as most do: all there is to write is how to look again."""

    claim: Claim
    watch: Watch


class Finding(NamedTuple):
    """The outcome of a look, when the answer arrived, and what it looked like if it was odd."""

    claim: Claim
    outcome: Outcome
    at: datetime
    asked_at: datetime = EPOCH  # EPOCH where nothing was answered.
    evidence: Evidence | None = None

    @property
    def watch(self) -> Watch | None:
        """How to look again, if at all."""
        match self.outcome:
            case WatchOn(watch):
                return watch
            case Ended(late=late):
                return late
            case Dropped():
                return None

    @property
    def status(self) -> Status:
        """The status of the task after this look."""
        match self.outcome:
            case WatchOn(watch):
                return watch.status
            case Ended(status=status):
                return status
            case Dropped():
                return self.claim.watch.status

    @property
    def sight(self) -> str:
        """What the look saw, for the log."""
        match self.outcome:
            case WatchOn(watch):
                return watch.sight
            case Ended(status=status):
                return status.value
            case Dropped():
                return WATCHED_NO_MORE

    @property
    def is_news(self) -> bool:
        """Whether this look saw something else than the one before."""
        return self.sight != self.claim.watch.sight or not isinstance(self.outcome, WatchOn)

    @property
    def polls(self) -> int:
        """How many looks there have been, this one included."""
        return self.watch.polls if self.watch else self.claim.watch.polls + 1
