"""One look at a task: what came of it, and between which instants."""

from datetime import datetime, timedelta
from typing import NamedTuple

from app.poll.rules import Rules
from app.schedule.plan import LOWEST
from app.tasks.watch import Watch
from app.upstream.answer import Answer

NOT_AT_ALL = timedelta()


class Look(NamedTuple):
    """An answer, and what was known when it came."""

    answer: Answer
    asked_at: datetime
    now: datetime  # When it came.
    jitter: float = 0.0  # In [0, 1).
    failures: int = 0  # The account's outages in a row by then, over all of its tasks.
    price: float = LOWEST  # Of a poll, for this task, in seconds of delay.


def held_up(watch: Watch, rules: Rules, *, asked_at: datetime) -> timedelta:
    """Return for how long LemonData could not be asked: not the task's time, so not its deadline's.

    What counts is when the question that was answered was put; a slow answer was asked in time.
    """
    late = asked_at - watch.expected_at
    return late if late > rules.patience else NOT_AT_ALL
