"""A webhook to be explained, as it comes in, and what is said of it."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr
from pydantic_core import PydanticCustomError

from app.verify.explain import Part

LONGEST_BODY = 256 * 1024  # characters; what is sent is a quarter of that


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeError:
        raise PydanticCustomError("not_text", "this holds half a character") from None
    return text


Text = Annotated[StrictStr, AfterValidator(_encodable)]


class MessageIn(BaseModel):
    """A message as it was received; `secret` is what it was verified with, if it is to be judged too."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "headers": {
                        "webhook-id": "evt_…",
                        "webhook-timestamp": "1795348800",
                        "webhook-signature": "v1,…",
                    },
                    "body": '{"id":"evt_…","type":"task.completed", …}',
                    "secret": "whsec_…",
                }
            ]
        },
    )

    headers: Annotated[dict[Text, Text], Field(max_length=200)]
    body: Annotated[Text, Field(max_length=LONGEST_BODY)]
    secret: Annotated[Text, Field(max_length=500)] | None = None


class PartOut(BaseModel):
    """One part of it: whether it is right, null where that cannot be told, and why."""

    name: str
    ok: bool | None
    says: str


class Explanation(BaseModel):
    """Whether a receiver would accept the message, and part by part why."""

    verified: bool
    parts: list[PartOut]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Self:
        """Show these parts."""
        shown = [PartOut(name=part.name, ok=part.ok, says=part.says) for part in parts]
        return cls(verified=all(part.ok for part in parts), parts=shown)
