"""The event that tells a task's story, as the bytes that are signed and sent."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.tasks.schemas import Sighting, TaskOut

LARGEST_BODY = 64 * 1024  # bytes; a receiver may refuse more


class EventData(TaskOut):
    """The task as the API shows it, and how it came there."""

    # The version again, by a name that says whose: what is not newer than what a receiver has is old news.
    task_version: int
    timeline: list[Sighting]
    # Set when the event had to leave something out; the API has all of it.
    truncated: bool = False


class EventOut(BaseModel):
    """An event, by push or by pull."""

    id: str
    type: str
    timestamp: datetime
    data: EventData


def event_type(task: TaskOut) -> str:
    """Return what an event about the task's present status is called."""
    return f"task.{task.status}"


def event_body(event_id: str, task: TaskOut, timeline: Sequence[Sighting], *, at: datetime) -> str:
    """Write the event; made once, stored, and sent byte for byte."""
    data = EventData(**task.model_dump(), task_version=task.version, timeline=list(timeline))
    event = EventOut(id=event_id, type=event_type(task), timestamp=at, data=data)
    for less in _ever_less(data):
        body = event.model_copy(update={"data": data.model_copy(update=less)}).model_dump_json()
        if len(body.encode()) <= LARGEST_BODY:
            break
    return body


def _ever_less(data: EventData) -> Iterator[dict[str, Any]]:
    """Yield what to leave out: nothing, then the timeline, then the prompts, and last the links.

    What remains then is bounded where it came in.
    """
    yield {}
    less: dict[str, Any] = {"truncated": True, "timeline": []}
    yield less
    bare = [image.model_copy(update={"revised_prompt": None}) for image in data.images]
    yield less | {"images": bare}
    yield less | {"images": [], "assets": []}
