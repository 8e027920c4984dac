"""A webhook endpoint, as it comes in and as it is shown."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    field_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from app.clients.webhook_secret import FORM, PATTERN, is_webhook_secret
from app.endpoints.filter import KNOWN
from app.endpoints.headers import HIDDEN, Headers
from app.endpoints.models import Endpoint
from app.endpoints.state import EndpointState
from app.web.whole import WHOLE


def only(known: Collection[str]) -> AfterValidator:
    """Return what refuses a list that names anything but what is `known`."""

    def are_known(events: list[str]) -> list[str]:
        if unknown := sorted(set(events).difference(known)):
            raise PydanticCustomError(
                "unknown_event",
                "unknown: {unknown}; known are {known}",
                {"unknown": ", ".join(map(ascii, unknown)), "known": ", ".join(sorted(known))},
            )
        return events

    return AfterValidator(are_known)


def one_of(known: Collection[str]) -> WithJsonSchema:
    """Return what documents a text that is one of those `known`; `only` is what checks it."""
    return WithJsonSchema({"type": "string", "enum": sorted(known)})


LINK: JsonDict = {"format": "uri", "pattern": "^https?://[^@#]+$"}
AT_ONCE = 20  # Deliveries under way to an endpoint that does not say.

Url = Annotated[StrictStr, Field(max_length=2000, json_schema_extra=LINK)]
Event = Annotated[StrictStr, one_of(KNOWN)]
Events = Annotated[list[Event], Field(min_length=1, max_length=20), only(KNOWN)]
AtOnce = Annotated[StrictInt, Field(ge=1, le=100), WHOLE]
AMinute = Annotated[float, Field(strict=True, ge=0.1, le=1_000_000, allow_inf_nan=False)]
Description = Annotated[StrictStr, Field(max_length=500, pattern=r"^[^\x00]*$")]


class NewEndpoint(BaseModel):
    """Where to send, and which events; without `events`, the end of every task."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    events: Events = ["*"]
    description: Description | None = None
    headers: Annotated[Headers, Field(description="Sent along with every webhook")] = {}
    max_in_flight: AtOnce = AT_ONCE
    max_per_minute: AMinute | None = None


class EndpointChange(BaseModel):
    """What to change of an endpoint; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    # What a field is without having been named is of no interest, and so no default in the document:
    # a client made from that would send it.
    url: Annotated[Url, Field(default_factory=str)]
    events: Annotated[Events, Field(default_factory=list)]
    description: Description | None = None
    headers: Annotated[
        Headers, Field(default_factory=dict, description="In place of those there are")
    ]
    max_in_flight: Annotated[AtOnce, Field(default_factory=int)]
    max_per_minute: AMinute | None = None
    state: Annotated[Literal["enabled", "disabled"], Field(default_factory=lambda: "enabled")]


LONGEST_OVERLAP = 7 * 86400  # seconds


class Rotation(BaseModel):
    """How to rotate: to a new secret, made here unless given, with both signing for a while."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: Annotated[
        float, Field(strict=True, ge=0, le=LONGEST_OVERLAP, allow_inf_nan=False)
    ] = 86400.0
    secret: (
        Annotated[StrictStr, Field(max_length=200, json_schema_extra={"pattern": PATTERN})] | None
    ) = None

    @field_validator("secret")
    @classmethod
    def _is_secret(cls, secret: str | None) -> str | None:
        if secret is not None and not is_webhook_secret(secret):
            raise PydanticCustomError("not_a_secret", FORM)
        return secret


class EndpointOut(BaseModel):
    """A webhook endpoint."""

    id: str
    url: str
    events: list[str]
    description: str | None
    headers: Annotated[dict[str, str], Field(description="Their names; values are not shown")]
    max_in_flight: int
    max_per_minute: float | None
    state: EndpointState
    disabled_reason: str | None
    # Since the last that was taken; what it is owed is still sent, until it is disabled.
    failures: int
    failing_since: datetime | None
    last_failure: str | None
    created_at: datetime
    # Until then what is sent is signed with the secret before, too.
    previous_secret_until: datetime | None

    @classmethod
    def of(cls, endpoint: Endpoint) -> Self:
        """Show `endpoint`, without its secret."""
        return cls(
            id=endpoint.public_id,
            url=endpoint.url,
            events=endpoint.events,
            description=endpoint.description,
            headers=dict.fromkeys(endpoint.header_names or (), HIDDEN),
            max_in_flight=endpoint.max_in_flight,
            max_per_minute=endpoint.max_per_minute,
            state=endpoint.state,
            disabled_reason=endpoint.disabled_reason,
            failures=endpoint.failures,
            failing_since=endpoint.failing_since,
            last_failure=endpoint.last_failure,
            created_at=endpoint.created_at,
            previous_secret_until=endpoint.secret_before_until,
        )


class CreatedEndpoint(EndpointOut):
    """A new endpoint, with the secret that signs what it will receive."""

    secret: str


class EndpointList(BaseModel):
    """A client's endpoints."""

    items: list[EndpointOut]
    next_cursor: str | None = None
