"""What LemonData says of a task: the JSON bodies of its documentation."""

from datetime import datetime, timedelta
from typing import Any

from app.simulator.ids import encode
from app.simulator.kinds import creating_path
from app.simulator.lifecycle import SimulatedTask, Status, progress, status
from app.simulator.results import kind_of, placeholders, results

REFUSED_PROMPT = "The prompt was refused by the content policy."


def created(task: SimulatedTask, *, skew: timedelta = timedelta()) -> dict[str, Any]:
    """Answer the request that created the task; `skew` is how far ahead the told time is."""
    return _heading(task, skew) | {"status": "pending"} | placeholders(task)


def standing(
    task: SimulatedTask, *, now: datetime, site: str, skew: timedelta = timedelta()
) -> dict[str, Any]:
    """Answer a poll; `site` is where the results are, without a slash at its end."""
    return _heading(task, skew) | {"id": encode(task)} | _ending(task, now=now, site=site)


def _ending(task: SimulatedTask, *, now: datetime, site: str) -> dict[str, Any]:
    match status(task, now=now):
        case Status.COMPLETED:
            return {"status": "completed", "progress": 100} | results(task, site=site)
        case Status.FAILED:
            return {"status": "failed", "error": REFUSED_PROMPT} | _nothing(task)
        case Status.CANCELLED:
            cancelled = {"cancelled": True, "cancellation_status": "cancelled"}
            return {"status": "failed"} | cancelled | _nothing(task)
        case live:
            standing = {"status": live.value, "progress": progress(task, now=now)}
            return standing | placeholders(task)


def _heading(task: SimulatedTask, skew: timedelta) -> dict[str, Any]:
    task_id = encode(task)
    return {
        "created": int((task.created + skew).timestamp()),
        "task_id": task_id,
        "poll_url": f"/v1{creating_path(kind_of(task))}/{task_id}",
        "model": task.model,
    }


def _nothing(task: SimulatedTask) -> dict[str, Any]:
    return {name: [] for name in placeholders(task)}
