"""What LemonData says of a task: the JSON bodies of its documentation."""

from datetime import datetime
from typing import Any

from app.simulator.ids import encode
from app.simulator.lifecycle import SimulatedTask, Status, progress, status

REFUSED_PROMPT = "The prompt was refused by the content policy."


def created(task: SimulatedTask) -> dict[str, Any]:
    """Answer the request that created the task."""
    return _heading(task) | {"status": "pending", "data": _data(task, urls=[""] * task.images)}


def standing(task: SimulatedTask, *, now: datetime, site: str) -> dict[str, Any]:
    """Answer a poll; `site` is where the pictures are, without a slash at its end."""
    heading = _heading(task) | {"id": encode(task)}
    match status(task, now=now):
        case Status.COMPLETED:
            data = _data(task, urls=_picture_urls(task, site))
            ending = {"status": "completed", "progress": 100, "data": data}
        case Status.FAILED:
            ending = {"status": "failed", "data": [], "error": REFUSED_PROMPT}
        case Status.CANCELLED:
            ending = {"status": "failed", "data": [], "cancelled": True}
            ending |= {"cancellation_status": "cancelled"}
        case live:
            data = _data(task, urls=[""] * task.images)
            ending = {"status": live.value, "progress": progress(task, now=now), "data": data}
    return heading | ending


def _heading(task: SimulatedTask) -> dict[str, Any]:
    task_id = encode(task)
    return {
        "created": int(task.created.timestamp()),
        "task_id": task_id,
        "poll_url": f"/v1/images/generations/{task_id}",
        "model": task.model,
    }


def _picture_urls(task: SimulatedTask, site: str) -> list[str]:
    return [f"{site}/pictures/{encode(task)}/{n}.png" for n in range(1, task.images + 1)]


def _data(task: SimulatedTask, *, urls: list[str]) -> list[dict[str, str]]:
    # The prompt is not in the id, so the revised one is made of what is.
    caption = f"A simulated picture by {task.model}, {{}} of {task.images}"
    return [{"url": url, "revised_prompt": caption.format(n)} for n, url in enumerate(urls, 1)]
