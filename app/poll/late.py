"""Looks at a task after its deadline: what was paid for and came late is not lost."""

from datetime import datetime, timedelta

from app.poll.look import Look
from app.poll.outcome import Dropped, Ended, Outcome, WatchOn
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Absent, Cancelled, Nonsense, Rejected, Unfinished

# After the end; each is done once it is answered.
LOOKS = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=2))
AFTER_FAULT = timedelta(minutes=5)
# Beyond the last look: until then a look that faults left without an answer is tried again.
PATIENCE = timedelta(hours=24)


def first_late_look(watch: Watch, *, ended_at: datetime) -> Watch:
    """Return the watch over a task that ended at `ended_at` because it took too long."""
    return _next(watch.back_home._replace(ended_at=ended_at), ended_at + LOOKS[0])


def look_late(look: Look, watch: Watch, *, ended_at: datetime) -> Outcome:
    """Decide what an answer means that is not the task's completion, nor its failure."""
    match look.answer:
        case Cancelled(reason):
            return Ended(status=Status.FAILED, error=reason)
        case Absent() | Rejected() if not watch.strayed:
            # Perhaps only the other path knows it; the look is done when both have answered.
            return WatchOn(_next(watch.on_the_other_path, look.now))
        case Unfinished():
            return _done(watch._replace(strayed=False, seen_at=look.asked_at), look, ended_at)
        # An older LemonData has no such path, and its page for that is all there is to hear there.
        case Absent() | Rejected() | Nonsense() if watch.strayed:
            return _done(watch.back_home, look, ended_at)
        # A look that was asked for long after is as patient as the last one of our own.
        case _ if look.now >= max(ended_at + LOOKS[-1], watch.expected_at) + PATIENCE:
            return Dropped()
        case _:
            return WatchOn(watch._replace(due_at=look.now + AFTER_FAULT))


def _done(watch: Watch, look: Look, ended_at: datetime) -> Outcome:
    """Go on to the next look, if there is one."""
    upcoming = [ended_at + wait for wait in LOOKS if ended_at + wait > look.now]
    return WatchOn(_next(watch, upcoming[0])) if upcoming else Dropped()


def _next(watch: Watch, due_at: datetime) -> Watch:
    return watch._replace(status=Status.TIMED_OUT, due_at=due_at, expected_at=due_at)
