"""How a task's rows become what the world sees of it."""

from typing import NamedTuple

from app.tasks.models import Poll, Task
from app.tasks.schemas import Asset, Detected, Eta, ImageOut, TaskOut


class Outlook(NamedTuple):
    """What is to be expected of a task."""

    eta: Eta
    will_miss_deadline: bool


def show(task: Task, poll: Poll | None = None, outlook: Outlook | None = None) -> TaskOut:
    """Show `task`, with what the schedule knows of it while it is still being watched."""
    return TaskOut(
        task_id=task.upstream_id,
        status=task.status,
        version=task.version,
        kind=task.kind,
        model=task.model,
        account=task.account,
        images=[ImageOut.model_validate(image) for image in task.images],
        assets=[Asset.model_validate(asset) for asset in task.assets],
        error=task.error,
        progress=poll.progress if poll and task.status.is_live else None,
        metadata=task.labels,
        created_at=task.created_at,
        registered_at=task.registered_at,
        finished_at=task.finished_at,
        detected=Detected(not_before=task.not_before, not_after=task.not_after),
        polls=poll.polls if poll else task.polls,
        next_poll_at=poll.due_at if poll else None,
        deadline_at=poll.deadline_at if poll else task.deadline_at,
        eta=outlook.eta if outlook else None,
        will_miss_deadline=outlook.will_miss_deadline if outlook else None,
    )
