"""How everything in the demo stands at one moment, as the service and its webhooks have said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.console.service import JSON
from app.demo.cast import Part
from app.demo.receiver import Arrival


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """The tasks in the order of their registration, and the webhooks as they came."""

    at: datetime
    cast: Mapping[str, Part]  # By the tasks' ids.
    tasks: Mapping[str, JSON]
    arrivals: Sequence[Arrival]

    @property
    def is_over(self) -> bool:
        """Whether every task is over and was told of."""
        return {one.task_id for one in self.arrivals} >= self.cast.keys() and all(
            task["finished_at"] for task in self.tasks.values()
        )

    def news(self) -> Iterator[tuple[str, str]]:
        """Yield a line for each task that moved and for each webhook, all that there were so far."""
        for task_id, task in self.tasks.items():
            if task["status"] != "pending":
                yield "task", f"{self.cast[task_id].name:<11} {task['status']}"
        for one in self.arrivals:
            yield "webhook", f"{self.cast[one.task_id].name:<11} {one.type}, signature verified"

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield for each task what it is called, its model, status, looks, next look and webhook."""
        told = {one.task_id: one for one in self.arrivals}
        for task_id, task in self.tasks.items():
            part, event = self.cast[task_id], told.get(task_id)
            yield (
                part.name, part.model, task["status"] + _done(task), str(task["polls"]),
                self._next(task), event.type if event else "",
            )  # fmt: skip

    def _next(self, task: JSON) -> str:
        if task["next_poll_at"] is None:
            return ""
        left = (datetime.fromisoformat(task["next_poll_at"]) - self.at).total_seconds()
        return f"in {left:.1f} s" if left > 0 else "now"


def _done(task: JSON) -> str:
    return f" {task['progress']} %" if task["progress"] and not task["finished_at"] else ""
