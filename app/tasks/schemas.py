"""A task as the world sees it: in the API's answers and in webhooks, the same."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from app.tasks.status import Status


class ImageOut(BaseModel):
    """A finished image."""

    url: str
    revised_prompt: str | None


class Asset(BaseModel):
    """What kinds other than images yield."""

    type: str
    url: str


class Detected(BaseModel):
    """The two instants between which the task ended at LemonData, as far as we could see."""

    not_before: datetime | None
    not_after: datetime | None


class Eta(BaseModel):
    """When the task is expected to end."""

    p50: datetime
    p90: datetime


class TaskOut(BaseModel):
    """A tracked task. `version` rises by one with every change of status."""

    task_id: str
    status: Status
    version: int
    kind: str
    model: str | None
    account: str
    images: list[ImageOut]
    assets: list[Asset]
    error: str | None
    progress: int | None
    metadata: dict[str, Any]
    created_at: datetime
    registered_at: datetime
    finished_at: datetime | None
    detected: Detected
    polls: int
    next_poll_at: datetime | None
    deadline_at: datetime
    # From others of its model, while the task is under way.
    eta: Eta | None = None
    will_miss_deadline: bool | None = None


class Sighting(BaseModel):
    """A run of looks that saw the same: when it began, what was seen, how many looks it was."""

    at: datetime
    what: str
    status: Status
    polls: int
