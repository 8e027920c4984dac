"""Everything that was seen of a task, oldest first, runs folded."""

from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.tasks.models import Transition
from app.tasks.schemas import Sighting


def fold(transitions: Sequence[Transition], *, polls: int) -> list[Sighting]:
    """Give each line of the log the length of its run; `polls` is how many there were in all.

    A line holds the count of polls at the first look of its run, so the run's length is the
    next line's count less this one's. What was not a look, such as registering, has none.
    """
    counts = [line.polls for line in transitions] + [polls + 1]
    return [
        Sighting(
            at=line.at,
            what=line.sight,
            status=line.status,
            polls=max(0, after - here) if here else 0,
        )
        for line, (here, after) in zip(transitions, pairwise(counts), strict=True)
    ]


def transitions_of(session: Session, task_ids: Sequence[int]) -> dict[int, list[Transition]]:
    """Fetch the logs of these tasks, each oldest first."""
    logs: dict[int, list[Transition]] = {task_id: [] for task_id in task_ids}
    lines = select(Transition).where(Transition.task_id.in_(task_ids)).order_by(Transition.id)
    for line in session.scalars(lines):
        logs[line.task_id].append(line)
    return logs
