"""What one answer means for a task, and when to look again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.poll.answer import Absent, Answer, Cancelled, Fault, Finished, Refused, Unfinished
from app.poll.outcome import Ended, Outcome, WatchOn
from app.schedule import faults
from app.schedule.policy import Policy
from app.tasks.status import Status, further
from app.tasks.watch import Watch

# A task that was just made can be unknown for a moment, so one 404 proves nothing.
ABSENCES = 3
ABSENT_FOR = timedelta(seconds=30)
UNREACHABLE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What deciding goes by."""

    policy: Policy
    # A question put later than this after it was due was held up, not merely queued.
    patience: timedelta


def decide(
    answer: Answer, watch: Watch, rules: Rules, *, asked_at: datetime, now: datetime, jitter: float
) -> Outcome:
    """Turn one answer into the task's next state; `now` is when it arrived, `jitter` in [0, 1)."""
    watch = replace(watch, polls=watch.polls + 1)
    match answer:
        case Finished(images):
            return Ended(status=Status.COMPLETED, images=images)
        case Refused(reason):
            return Ended(status=Status.FAILED, error=reason)
        case Cancelled(reason):
            return Ended(status=Status.CANCELLED, error=reason)
        case Unfinished(status):
            return _unfinished(status, watch, rules, asked_at=asked_at, now=now)
        case Absent():
            return _absent(watch, rules, asked_at=asked_at, now=now)
        case Fault(why, retry_after):
            return _fault(why, retry_after, watch, now=now, jitter=jitter)


def _unfinished(
    status: Status, watch: Watch, rules: Rules, *, asked_at: datetime, now: datetime
) -> Outcome:
    deadline_at = watch.deadline_at + _held_up(watch, rules, asked_at=asked_at)
    if now >= deadline_at:
        reason = "the deadline passed before it was finished"
        return Ended(status=Status.TIMED_OUT, error=reason, deadline_at=deadline_at)
    wait = rules.policy.wait(model=watch.model, age=now - watch.started_at, polls=watch.polls)
    # The deadline is a look of its own, so that a timed-out task is not left for a whole wait more.
    due_at = min(now + wait, deadline_at)
    status = further(watch.status, status)
    return WatchOn(
        replace(
            watch,
            status=status,
            sight=status.value,
            due_at=due_at,
            expected_at=due_at,
            deadline_at=deadline_at,
            seen_at=asked_at,
            faults=0,
            absences=0,
            absent_since=None,
        )
    )


def _held_up(watch: Watch, rules: Rules, *, asked_at: datetime) -> timedelta:
    """Return for how long LemonData could not be asked: not the task's time, so not its deadline's.

    What counts is when the question that was answered was put; a slow answer was asked in time.
    """
    late = asked_at - watch.expected_at
    return late if late > rules.patience else timedelta()


def _absent(watch: Watch, rules: Rules, *, asked_at: datetime, now: datetime) -> Outcome:
    held_up = _held_up(watch, rules, asked_at=asked_at)
    # Time in which nobody could ask is no time in which the task was looked for in vain.
    since = watch.absent_since + held_up if watch.absent_since else now
    absences = watch.absences + 1
    if absences >= ABSENCES and now - since >= ABSENT_FOR:
        return Ended(status=Status.NOT_FOUND, error="LemonData does not know this task")
    # A task that was just made is soon there, so the first looks come as early as any other.
    wait = rules.policy.wait(model=watch.model, age=now - watch.started_at, polls=watch.polls)
    due_at = now + min(wait, ABSENT_FOR / (ABSENCES - 1))
    return WatchOn(
        replace(
            watch,
            due_at=due_at,
            expected_at=due_at,
            sight="absent",
            faults=0,
            deadline_at=watch.deadline_at + held_up,
            absences=absences,
            absent_since=since,
        )
    )


def _fault(
    why: str, asked: timedelta | None, watch: Watch, *, now: datetime, jitter: float
) -> Outcome:
    count = watch.faults + 1
    # Counted in faults, and not by the clock alone: time in which we did not ask is no evidence.
    asked_all_day = count * faults.CAP >= UNREACHABLE_AFTER
    if asked_all_day and now >= watch.deadline_at + UNREACHABLE_AFTER:
        return Ended(status=Status.TIMED_OUT, error="unreachable")
    due_at = now + faults.wait_after_fault(count, jitter=jitter, asked=asked)
    return WatchOn(replace(watch, due_at=due_at, faults=count, sight=f"fault: {why}"))
