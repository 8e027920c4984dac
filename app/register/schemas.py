"""What registering a task takes: an id is enough, and LemonData's own create answer will do."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic_core import PydanticCustomError

# A create answer is LemonData's shape and may grow; a body with none of these is ours alone.
_CREATE_ANSWER = {"id", "created", "data", "poll_url", "status", "object"}
LARGEST_METADATA = 4096  # bytes, as JSON

# The id becomes part of a path, where "." and ".." would name another.
UpstreamId = Annotated[
    StrictStr, Field(max_length=200, pattern=r"^(\.{3,}|\.{0,2}[A-Za-z0-9_:-][A-Za-z0-9_.:-]*)\z")
]
Text = Annotated[StrictStr, Field(pattern=r"^[^\x00]*\z")]  # PostgreSQL stores no NUL.
Url = Annotated[Text, Field(max_length=2000)]


_DEADLINE = Field(strict=True, gt=0, le=30 * 86400, allow_inf_nan=False)


class Placeholder(BaseModel):
    """An image to come."""

    revised_prompt: Text | None = None


class RegisterTask(BaseModel):
    """A task to track: `{"task_id": "img_…"}`, or LemonData's create answer, unchanged."""

    model_config = ConfigDict(extra="allow")

    task_id: UpstreamId
    account: Text = "default"
    kind: Literal["image"] = "image"
    model: Annotated[Text, Field(max_length=200)] | None = None
    poll_url: Url | None = None
    created: Annotated[StrictInt, Field(ge=0, le=4_102_444_800)] | None = None
    data: Annotated[list[Placeholder], Field(max_length=100)] = []
    webhook_url: Url | None = None
    webhook_secret: Annotated[Text, Field(max_length=200)] | None = None
    metadata: dict[str, Any] = {}
    deadline_seconds: Annotated[float, _DEADLINE] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_id(cls, body: Any) -> Any:
        """Take `id` where a newer create answer says it instead of `task_id`, but never two."""
        if not isinstance(body, dict) or "id" not in body:
            return body
        if "task_id" in body and body["task_id"] != body["id"]:
            raise PydanticCustomError("two_ids", "id and task_id differ; send one")
        return {"task_id": body["id"], **body}

    @model_validator(mode="after")
    def _refuse_unknown_fields_of_ours(self) -> Self:
        extra = self.model_extra or {}
        if extra and not _CREATE_ANSWER & (self.model_fields_set | extra.keys()):
            names = ", ".join(sorted(extra))
            raise PydanticCustomError("unknown_fields", "unknown fields: {names}", {"names": names})
        return self

    @model_validator(mode="after")
    def _bound_metadata(self) -> Self:
        try:
            text = json.dumps(self.metadata, ensure_ascii=False, allow_nan=False)
            size = len(text.encode())
        except ValueError:  # NaN, an infinity, or half of a surrogate pair.
            raise PydanticCustomError("not_json", "metadata must be plain JSON") from None
        if "\\u0000" in text:  # How JSON writes a NUL.
            raise PydanticCustomError("nul", "metadata must not hold a NUL character")
        if size > LARGEST_METADATA:
            raise PydanticCustomError("metadata_too_large", "metadata is at most 4 KiB as JSON")
        return self
