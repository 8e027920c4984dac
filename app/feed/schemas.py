"""What is asked of the feed, and how it answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.feed.read import Told
from app.outbox.event import EventData
from app.waiting.seconds import Wait

EventId = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[!-~]*$")]


class EventQuery(BaseModel):
    """Which events: those after one, or all from the first, and whether to wait for one."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[EventId | None, Field(description="The id of the last event you have")] = None
    wait: Annotated[
        Wait,
        Field(description="Seconds to wait where there is none; it is answered as soon as there is one"),
    ] = 0  # fmt: skip
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class StreamQuery(BaseModel):
    """Where the stream is to begin, for who cannot send `Last-Event-ID`."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[EventId | None, Field(description="The id of the last event you have")] = None


class AnyEvent(BaseModel):
    """An event, as webhooks carry it. What it tells of is a task, or what the operator cares for."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: str
    timestamp: datetime
    data: EventData | dict[str, Any]


class EventList(BaseModel):
    """A page of events, the oldest first. To go on, ask for what is after the last."""

    items: list[AnyEvent]
    next_cursor: Annotated[str | None, Field(description="Where to go on, if there is more now")]


def page(told: Sequence[Told], *, limit: int) -> str:
    """Write a page of at most `limit`, with the very bytes of each; one more says that there is more."""
    shown = told[:limit]
    cursor = f'"{shown[-1].id}"' if len(told) > limit else "null"
    return f'{{"items":[{",".join(one.body for one in shown)}],"next_cursor":{cursor}}}'


def frame(told: Told) -> str:
    """Write an event of a stream (WHATWG HTML, server-sent events); JSON holds no line ends."""
    return f"id: {told.id}\nevent: {told.type}\ndata: {told.body}\n\n"
