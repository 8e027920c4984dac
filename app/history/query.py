"""What may be asked of the list of tasks, as query parameters."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.history.wanted import Wanted
from app.tasks.status import Status
from app.upstream.paths import Kind

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
_EXAMPLE = "write a time as RFC 3339 does, such as 2026-11-27T08:00:00Z"


def _instant(text: Any) -> datetime:
    written = _RFC_3339.fullmatch(text) if isinstance(text, str) else None
    if written is None:
        raise PydanticCustomError("no_time", f"{_EXAMPLE}; in a URL a plus sign is %2B")
    if written["zone"] is None:
        raise PydanticCustomError("no_zone", f"the time has no zone; {_EXAMPLE}")
    try:
        return datetime.fromisoformat(written[0].upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("no_time", "there is no such time") from None


Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class TaskQuery(BaseModel):
    """Which tasks, and how many of them at once."""

    model_config = ConfigDict(extra="forbid")

    status: Annotated[
        list[Status], Field(description="May be repeated: any of these", max_length=50)
    ] = []
    model: Text | None = None
    account: Text | None = None
    kind: Kind | None = None
    created_after: Annotated[
        Instant | None, Field(description="Created then or later: RFC 3339, with a zone")
    ] = None
    created_before: Annotated[
        Instant | None, Field(description="Created earlier than that, and not then")
    ] = None
    finished_after: Annotated[
        Instant | None,
        Field(description="Finished then or later; the list then goes by when tasks finished"),
    ] = None
    finished_before: Annotated[
        Instant | None,
        Field(description="Finished earlier than that; the list then goes by when tasks finished"),
    ] = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[
        str | None,
        Field(
            max_length=200, description="`next_cursor` of a page with the same filters and order"
        ),
    ] = None
    order: Literal["desc", "asc"] = "desc"

    def of_client(self, client: int) -> Wanted:
        """Return what the client asks for."""
        asked = self.model_dump(exclude={"status", "limit", "cursor", "order"})
        return Wanted(
            client=client, status=tuple(sorted(set(self.status))),
            oldest_first=self.order == "asc", **asked,
        )  # fmt: skip
