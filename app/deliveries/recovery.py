"""A recovery, as it is asked for and as it is shown."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.endpoints.filter import ENDS, OPERATORS, PROCESSING
from app.endpoints.models import Endpoint
from app.endpoints.schemas import one_of, only
from app.outbox.models import Recovery
from app.outbox.ping import PING
from app.outbox.states import RecoveryState

_TYPES = ENDS | {PROCESSING, PING} | OPERATORS.keys()


def _in_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("no_time", "there is no such time in UTC") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Statuses = Annotated[
    list[Literal["given_up", "delivered"]],
    Field(min_length=1, max_length=2),
    BeforeValidator(_in_list),
]
Type = Annotated[StrictStr, one_of(_TYPES)]
Types = Annotated[list[Type], Field(min_length=1, max_length=20), only(_TYPES)]


class RecoveryRequest(BaseModel):
    """What to send again: of events from `since` on and before `until`, which is now unless given.

    What is held needs no recovery: it is sent once the endpoint is enabled.
    """

    model_config = ConfigDict(extra="forbid")

    since: Instant
    until: Instant | None = None
    status: Annotated[Statuses, Field(description="Where deliveries stand")] = ["given_up"]
    types: Annotated[Types | None, Field(description="Of events; all if none")] = None
    dry_run: Annotated[StrictBool, Field(description="Only count what would be sent")] = False

    @model_validator(mode="after")
    def _since_is_before_until(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise PydanticCustomError("no_time", "`until` must be after `since`")
        return self


class DryRun(BaseModel):
    """What a recovery would send."""

    dry_run: Literal[True] = True
    total: int


class RecoveryOut(BaseModel):
    """A recovery, and how far it has come."""

    id: str
    webhook_id: str
    since: datetime
    until: datetime
    status: list[str]
    types: list[str] | None
    state: RecoveryState
    total: Annotated[int, Field(description="What there was to send when it was asked for")]
    done: Annotated[
        int, Field(description="What was made due so far; deliveries say what came of it")
    ]
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, recovery: Recovery, endpoint: Endpoint) -> Self:
        """Show a recovery of that endpoint."""
        return cls(
            id=recovery.public_id, webhook_id=endpoint.public_id, since=recovery.since,
            until=recovery.until, status=recovery.states, types=recovery.types,
            state=recovery.state, total=recovery.total, done=recovery.done,
            created_at=recovery.created_at, finished_at=recovery.finished_at,
        )  # fmt: skip


class RecoveryList(BaseModel):
    """The last recoveries of an endpoint, the newest first."""

    items: list[RecoveryOut]
    next_cursor: str | None = None
