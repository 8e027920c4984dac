"""When LemonData says that it knows no such task: believed only if it repeats, on either path."""

from datetime import timedelta

from app.poll.look import Look, held_up
from app.poll.outcome import Ended, Outcome, WatchOn
from app.poll.rules import Rules
from app.tasks.status import Status
from app.tasks.watch import Watch
from app.upstream.answer import Absent, Rejected

# A task that was just made can be unknown for a moment, so one 404 proves nothing.
ABSENCES = 3
ABSENT_FOR = timedelta(seconds=30)


def absent(answer: Absent | Rejected, look: Look, watch: Watch, rules: Rules) -> Outcome:
    """Count one absence; the end, if there were enough for long enough, with no good answer between."""
    late = held_up(watch, rules, asked_at=look.asked_at)
    watch, is_proved = _counted(answer, look, watch, late)
    if is_proved:
        return _gone(answer)
    # First at the other path, at once: a newer LemonData may know the task only there. Then the wait
    # is as for any other task, since one that was just made is soon there.
    wait = timedelta() if not watch.strayed else _wait(look, watch, rules)
    due_at = look.now + wait
    return WatchOn(
        watch.on_the_other_path._replace(
            due_at=due_at,
            expected_at=due_at,
            sight="absent" if isinstance(answer, Absent) else "rejected: HTTP 400",
            faults=0,
            deadline_at=watch.deadline_at + late,
        )
    )


def _counted(
    answer: Absent | Rejected, look: Look, watch: Watch, late: timedelta
) -> tuple[Watch, bool]:
    """Count 404s and 400s each by themselves; tell whether there are enough of this sort."""
    # Time in which nobody could ask is no time in which the task was looked for in vain.
    absent_since = watch.absent_since and watch.absent_since + late
    rejected_since = watch.rejected_since and watch.rejected_since + late
    if isinstance(answer, Absent):
        count, since = watch.absences + 1, absent_since or look.now
        watch = watch._replace(absences=count, absent_since=since, rejected_since=rejected_since)
    else:
        count, since = watch.rejections + 1, rejected_since or look.now
        watch = watch._replace(rejections=count, rejected_since=since, absent_since=absent_since)
    return watch, count >= ABSENCES and look.now - since >= ABSENT_FOR


def _wait(look: Look, watch: Watch, rules: Rules) -> timedelta:
    age = look.now - watch.started_at
    wait = rules.policy.wait(watch.kind, watch.model, age=age, polls=watch.polls, price=look.price)
    return min(wait, ABSENT_FOR / (ABSENCES - 1))


def _gone(answer: Absent | Rejected) -> Ended:
    if isinstance(answer, Rejected):
        return Ended(status=Status.FAILED, error=f"LemonData rejects the id: {answer.reason}")
    return Ended(status=Status.NOT_FOUND, error="LemonData does not know this task")
