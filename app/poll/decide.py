"""What one answer means for a task, and when to look again."""

from datetime import datetime, timedelta

from app.accounts.health import SLOWEST_CANARY
from app.accounts.state import AccountState
from app.poll.absent import absent
from app.poll.late import first_late_look, look_late
from app.poll.look import NOT_AT_ALL, Look, held_up
from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.schedule import faults
from app.tasks.status import Status, further
from app.tasks.watch import Watch
from app.upstream.answer import (
    Absent,
    Cancelled,
    Denied,
    Finished,
    Nonsense,
    NotAsked,
    Outage,
    Refused,
    Rejected,
    Unfinished,
)

UNREACHABLE_AFTER = timedelta(hours=24)
UNREACHABLE = "unreachable"
TOO_MANY = "HTTP 429"
MOST_DENIED = 8  # By then the wait has grown to its cap.


def decide(look: Look, watch: Watch, rules: Rules) -> Outcome:
    """Turn one answer into the task's next state."""
    if isinstance(look.answer, Unfinished) and watch.ended_at is None:
        return _unfinished(look.answer, look, watch, rules)
    if isinstance(look.answer, NotAsked):
        return WatchOn(watch)  # As due as it was.
    watch = watch._replace(polls=watch.polls + 1)
    outcome: Outcome
    match look.answer:
        case Finished(images, assets, model):
            outcome = Ended(status=Status.COMPLETED, images=images, assets=assets, model=model)
        case Refused(reason):
            outcome = Ended(status=Status.FAILED, error=reason)
        case _ if watch.ended_at is not None:
            outcome = look_late(look, watch, ended_at=watch.ended_at)
        case Cancelled(reason):
            outcome = Ended(status=Status.CANCELLED, error=reason)
        case Absent() | Rejected() as answer:
            outcome = absent(answer, look, watch, rules)
        case _:
            outcome = _not_answered(look, watch)
    return outcome


def _not_answered(look: Look, watch: Watch) -> Outcome:
    match look.answer:
        case Outage(why, retry_after):
            return _fault(look, watch, why, retry_after)
        case Nonsense(why):
            return _fault(look, watch, why, None)
        case Denied(why):
            # An answer all the same: LemonData was reached, however often it is denied.
            return _again(watch._replace(faults=min(watch.faults, MOST_DENIED)), look, why)
        case _:
            # Paused, and as due as before: it is the account that waits, and all its tasks with it.
            return WatchOn(watch._replace(sight=f"fault: {TOO_MANY}"))


def _unfinished(answer: Unfinished, look: Look, watch: Watch, rules: Rules) -> Outcome:
    asked_at, now, price = look.asked_at, look.now, look.price
    status = further(watch.status, answer.status)
    seen = _seen(answer, watch, rules, asked_at=asked_at, now=now, price=price)._replace(
        model=watch.model or answer.model,
        status=status,
        sight=status.value,
        strayed=False,  # Whatever path this was, it is the one that knows.
        faults=0,
        absences=0,
        absent_since=None,
        rejections=0,
        rejected_since=None,
    )
    if now < seen.deadline_at:
        return WatchOn(seen)
    return _timed_out(seen, now, "the deadline passed before it was finished")


def unchanged(
    answer: Unfinished, watch: Watch, rules: Rules, *,
    asked_at: datetime, now: datetime, price: float,
) -> Watch | None:  # fmt: skip
    """Return how to look again where "not yet" is all that is to be said, as it was the last time.

    None where it is not: then it is for `decide`, which would say the same of these. They are most
    looks by far, and this makes no Look and no Outcome of them.
    """
    is_told_before = watch.sight == watch.status and watch.ended_at is None and watch.is_calm
    is_same = answer.status is watch.status or further(watch.status, answer.status) is watch.status
    if not (is_told_before and is_same and (watch.model or answer.model is None)):
        return None
    seen = _seen(answer, watch, rules, asked_at=asked_at, now=now, price=price)
    return seen if now < seen.deadline_at else None


def _seen(
    answer: Unfinished, watch: Watch, rules: Rules, *,
    asked_at: datetime, now: datetime, price: float,
) -> Watch:  # fmt: skip
    """Return the watch with what moves at each look that is told "not yet"."""
    deadline_at = watch.deadline_at
    if (late := held_up(watch, rules, asked_at=asked_at)) > NOT_AT_ALL:
        deadline_at += late
    wait = rules.policy.wait(
        watch.kind, watch.model, age=now - watch.started_at, polls=watch.polls + 1, price=price
    )
    return watch.seen_again(
        progress=watch.progress if answer.progress is None else answer.progress,
        # The deadline is a look of its own, so that a timed-out task is not left for a whole wait more.
        due_at=min(now + wait, deadline_at),
        deadline_at=deadline_at,
        seen_at=asked_at,
    )


def _fault(look: Look, watch: Watch, why: str, asked: timedelta | None) -> Outcome:
    # Counted in faults, and not by the clock alone: time in which we did not ask is no evidence. While
    # the breaker is open, the canaries of the account ask for all of its tasks.
    own = (watch.faults + 1) * faults.CAP
    by_canaries = look.failures * SLOWEST_CANARY[AccountState.DOWN]
    asked_all_day = max(own, by_canaries) >= UNREACHABLE_AFTER
    if asked_all_day and look.now >= watch.deadline_at + UNREACHABLE_AFTER:
        return _timed_out(watch, look.now, UNREACHABLE)
    return _again(watch, look, why, asked)


def _again(watch: Watch, look: Look, why: str, asked: timedelta | None = None) -> WatchOn:
    """Ask once more after a fault, on the path that is the task's own."""
    count = watch.faults + 1
    due_at = look.now + faults.wait_after_fault(count, jitter=look.jitter, asked=asked)
    return WatchOn(watch.back_home._replace(due_at=due_at, faults=count, sight=f"fault: {why}"))


def _timed_out(watch: Watch, now: datetime, reason: str) -> Ended:
    late = first_late_look(watch, ended_at=now)
    return Ended(status=Status.TIMED_OUT, error=reason, deadline_at=watch.deadline_at, late=late)
