"""A webhook endpoint, as it comes in and as it is shown."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr, field_validator
from pydantic_core import PydanticCustomError

from app.endpoints.filter import KNOWN
from app.endpoints.models import Endpoint, EndpointState


class NewEndpoint(BaseModel):
    """Where to send, and which events; without `events`, the end of every task."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[StrictStr, Field(max_length=2000)]
    events: Annotated[list[StrictStr], Field(min_length=1, max_length=20)] = ["*"]
    description: Annotated[StrictStr, Field(max_length=500, pattern=r"^[^\x00]*$")] | None = None

    @field_validator("events")
    @classmethod
    def _are_known(cls, events: list[str]) -> list[str]:
        unknown = sorted(set(events) - KNOWN)
        if unknown:
            raise PydanticCustomError(
                "unknown_event",
                "unknown: {unknown}; known are {known}",
                {"unknown": ", ".join(map(ascii, unknown)), "known": ", ".join(sorted(KNOWN))},
            )
        return events


class EndpointOut(BaseModel):
    """A webhook endpoint."""

    id: str
    url: str
    events: list[str]
    description: str | None
    state: EndpointState
    disabled_reason: str | None
    created_at: datetime

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """Show `endpoint`, without its secret."""
        return cls(
            id=endpoint.public_id,
            url=endpoint.url,
            events=endpoint.events,
            description=endpoint.description,
            state=endpoint.state,
            disabled_reason=endpoint.disabled_reason,
            created_at=endpoint.created_at,
        )


class CreatedEndpoint(EndpointOut):
    """A new endpoint, with the secret that signs what it will receive."""

    secret: str


class EndpointList(BaseModel):
    """A client's endpoints."""

    items: list[EndpointOut]
    next_cursor: str | None = None
