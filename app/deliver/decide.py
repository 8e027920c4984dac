"""What a reply means for a delivery, and when to try again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.deliver.reply import Barred, Replied, Reply, Unanswered
from app.outbox.states import DeliveryState

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The waits before each attempt after the first: ten attempts in 75 hours and 35 minutes.
SCHEDULE = (5 * _S, 5 * _M, 30 * _M, 2 * _H, 5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H)
JITTER = 0.2
# A receiver in this kind of trouble is not helped by another POST within the minute.
SLOW = frozenset({429, 502, 504})
SLOWLY = timedelta(seconds=60)
ASKED_TO_WAIT = frozenset({429, 503})
LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the delivery stands now; `due_at` says when to try again while it is due."""

    state: DeliveryState
    due_at: datetime
    is_cut_short: bool = False  # By us, so the same attempt is to be made again.


def decide(
    reply: Reply, *, attempt: int, now: datetime, jitter: float, is_own: bool = False,
    back: Verdict | None = None,
) -> Verdict:  # fmt: skip
    """Judge the reply to the n-th attempt; `jitter` in [-1, 1] spreads the next by up to a fifth.

    What goes to a task's `own` URL, and not to an endpoint, is not held: nobody could enable that again.
    An attempt beside the schedule goes `back` where it was, unless it is taken.
    """
    match reply:
        case Replied(status=status) if 200 <= status < 300:
            return Verdict(DeliveryState.DELIVERED, now)
        case Unanswered(why="stopped"):
            # No fault of the receiver's: another worker tries at once.
            return Verdict(DeliveryState.DUE, now, is_cut_short=True)
        case _ if back is not None:
            return back
        case Replied(status=410):
            return Verdict(DeliveryState.GIVEN_UP if is_own else DeliveryState.HELD, now)
        case _ if isinstance(reply, Barred) or attempt > len(SCHEDULE):
            return Verdict(DeliveryState.GIVEN_UP, now)
        case _:
            wait = SCHEDULE[attempt - 1] * (1 + JITTER * jitter)
            return Verdict(DeliveryState.DUE, now + max(wait, _at_least(reply)))


def _at_least(reply: Reply) -> timedelta:
    """Return the wait that the reply itself asks for."""
    match reply:
        case Replied(status=status, retry_after=asked):
            slowly = SLOWLY if status in SLOW else timedelta()
            obeyed = asked if asked and status in ASKED_TO_WAIT else timedelta()
            return max(slowly, min(obeyed, LONGEST_WAIT))
        case Unanswered(why="timeout"):
            return SLOWLY
        case _:
            return timedelta()
