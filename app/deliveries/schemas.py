"""A delivery as it is shown, and how deliveries are asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.deliveries.log import Found
from app.errors import InvalidInput
from app.outbox.models import Attempt
from app.outbox.states import DeliveryState, Fault


class DeliveryQuery(BaseModel):
    """Which deliveries to list."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[list[DeliveryState], Field(description="Of these states; any if none")] = []
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str | None, Field(max_length=40)] = None

    @property
    def before(self) -> int | None:
        """The delivery that the page before ended with; raise InvalidInput if that is none."""
        if self.cursor is None:
            return None
        try:
            return int(self.cursor.removeprefix("d"), 16) & (1 << 63) - 1
        except ValueError:
            raise InvalidInput(
                "the cursor is not one of ours; take next_cursor as it came", pointer="?cursor"
            ) from None


class DeliveryOut(BaseModel):
    """One event owed to one place."""

    id: str
    event_id: str
    event_type: str
    webhook_id: Annotated[str | None, Field(description="None for a URL that is a task's own")]
    url: str
    state: DeliveryState
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, found: Found) -> Self:
        """Show a delivery."""
        return cls(**_shown(found))


_FAULTS = ", ".join(Fault) + "; or, in a sentence, that nothing was sent, or that nobody knows"


class AttemptOut(BaseModel):
    """One POST, and what came of it."""

    number: int
    is_resend: Annotated[bool, Field(description="Whether it was asked for, beside the schedule")]
    at: datetime
    latency_ms: int
    status_code: int | None
    error: Annotated[str | None, Field(description=f"Why there is no answer: {_FAULTS}")]
    response: Annotated[str | None, Field(description="The beginning of what was answered")]
    is_truncated: Annotated[bool, Field(description="Whether more was answered than is kept")]


class DeliveryDetail(DeliveryOut):
    """A delivery with all attempts at it, the first first."""

    log: list[AttemptOut]

    @classmethod
    def with_log(cls, found: Found, attempts: Sequence[Attempt]) -> Self:
        """Show a delivery and these attempts."""
        log = [
            AttemptOut(
                number=one.number, is_resend=one.is_resend, at=one.at, latency_ms=one.milliseconds,
                status_code=one.status_code, error=one.error, response=one.response,
                is_truncated=one.is_truncated,
            )
            for one in attempts
        ]  # fmt: skip
        return cls(**_shown(found), log=log)


class DeliveryList(BaseModel):
    """A page of deliveries."""

    items: list[DeliveryOut]
    next_cursor: str | None

    @classmethod
    def page(cls, found: Sequence[Found], *, limit: int) -> Self:
        """Show at most `limit`; one more tells that there is another page."""
        shown = found[:limit]
        is_more = len(found) > limit
        cursor = f"d{shown[-1][0].id:x}" if is_more else None
        return cls(items=[DeliveryOut.of(one) for one in shown], next_cursor=cursor)


def _shown(found: Found) -> dict[str, object]:
    delivery, event, webhook_id, url = found
    return {
        "id": delivery.public_id,
        "event_id": event.public_id,
        "event_type": event.type,
        "webhook_id": webhook_id,
        "url": url,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.due_at if delivery.state is DeliveryState.DUE else None,
        "created_at": event.created_at,
    }
