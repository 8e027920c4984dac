"""Which ends of tasks show how long tasks take."""

from collections.abc import Iterable, Sequence

from app.curves.span import End
from app.poll.finding import Finding
from app.tasks.models import Task


def ends(findings: Sequence[Finding], moved: Iterable[Task]) -> list[End]:
    """Return how those of the `moved` tasks ended that did."""
    of = {finding.claim.task_id: finding for finding in findings}
    return [_end(task, of[task.id]) for task in moved if not task.status.is_live]


def _end(task: Task, finding: Finding) -> End:
    before = finding.claim.watch
    # A look that times a task out has seen it unfinished once more.
    last = finding.watch or before
    is_of_any_age = last.seen_at is None and not task.is_dated
    return End(
        kind=task.kind, model=task.model, status=task.status, started_at=before.started_at,
        seen_at=last.seen_at, at=finding.at,
        # An id that was rejected all along never began, whatever its end is called.
        counts=before.ended_at is None and before.rejections == 0 and not is_of_any_age,
    )  # fmt: skip
