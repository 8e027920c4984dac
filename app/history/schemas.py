"""How the history answers."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from app.history.page import Page
from app.tasks.schemas import TaskOut
from app.tasks.status import Status


class TaskList(BaseModel):
    """A page of the history."""

    items: list[TaskOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page) -> Self:
        """Show a page."""
        behind = page.behind.encode() if page.behind else None
        return cls(items=list(page.items), next_cursor=behind)


class OddOut(BaseModel):
    """What an odd answer looked like: its beginning, with keys struck out."""

    status_code: int
    content_type: str | None
    body: str


class Entry(BaseModel):
    """What happened to a task, or is to come: a run of looks that saw the same, or an attempt to tell."""

    at: datetime
    what: str
    status: Status | None = None
    polls: int | None = None
    answer: OddOut | None = None
    event: str | None = None
    delivery: str | None = None
    url: str | None = None
    attempt: int | None = None
    is_resend: bool | None = None
    latency_ms: int | None = None
    status_code: int | None = None
    error: str | None = None
    why: str | None = None  # What is to come is then: the next look, or a delivery that is held.


class Timeline(BaseModel):
    """Everything that happened to a task, oldest first, and then what is to come."""

    items: list[Entry]
