"""What may be asked of the list of tasks, as query parameters."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.errors import InvalidInput
from app.history.queries import EQUAL, TIMES
from app.history.wanted import Wanted
from app.tasks.labels import label_of
from app.tasks.status import Status
from app.upstream.paths import Kind
from app.web.text import Text

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII
)
MOST_KEYS = 10
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


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class TaskQuery(BaseModel):
    """Which tasks, and how many of them at once."""

    # The door lets nothing else through than what begins so.
    model_config = ConfigDict(extra="allow")
    OPEN: ClassVar[str] = "metadata."

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
    limit: Annotated[
        int, Field(ge=1, le=500, description="Of a page; CSV and NDJSON have all that match")
    ] = 50
    cursor: Annotated[
        str | None,
        Field(
            max_length=200, description="`next_cursor` of a page with the same filters and order"
        ),
    ] = None
    order: Literal["desc", "asc"] = "desc"

    def of_client(self, client: int) -> Wanted:
        """Return what the client asks for."""
        asked = self.model_dump(include=set(EQUAL + TIMES))
        return Wanted(
            client=client, status=tuple(sorted(set(self.status))),
            labels=tuple(sorted(self._labels(client))), oldest_first=self.order == "asc", **asked,
        )  # fmt: skip

    def _labels(self, client: int) -> Iterator[int]:
        extra = self.model_extra or {}
        for name, value in extra.items():
            if not isinstance(value, str):
                raise InvalidInput("a key has one value; ask for it once", pointer=f"?{name}")
            if "\0" in name + value:
                raise InvalidInput("no metadata holds a NUL", pointer=f"?{name}")
            yield label_of(client, name.removeprefix(self.OPEN), value)
        if len(extra) > MOST_KEYS:
            raise InvalidInput(f"ask for at most {MOST_KEYS} keys", pointer=f"?{self.OPEN}")


# OpenAPI has no word for names that begin so; this is how it says that each member is a parameter.
METADATA = {
    "name": "metadata",
    "in": "query",
    "style": "form",
    "explode": True,
    "description": (
        "`metadata.<key>=<value>`: tasks whose metadata has that value at that key, which is text, or a "
        "number, a boolean or null as JSON writes it. What lies within lists and objects is not found. "
        f"Up to {MOST_KEYS} keys; all of them are to be so."
    ),
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": r"^metadata\."},
        "additionalProperties": {"type": "string"},
    },
}
