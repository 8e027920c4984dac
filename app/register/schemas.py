"""What registering a task takes: an id is enough, and LemonData's own create answer will do."""

import json
import re
from math import isfinite
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictStr,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, to_json

from app.clients.webhook_secret import PATTERN
from app.endpoints.schemas import LINK
from app.upstream.paths import Kind

# A create answer is LemonData's shape and may grow; a body with none of these is ours alone.
_CREATE_ANSWER = {"id", "created", "data", "poll_url", "status", "object"}
_MAY_BE_EMPTY = {"id", "model", "poll_url"}
_HALF = re.compile("[\ud800-\udfff]")  # Of a character that UTF-16 writes as two.
_KINDS = {kind.value: kind for kind in Kind}
LARGEST_METADATA = 4096  # bytes, as JSON

# The id becomes part of a path, where "." and ".." would name another.
UpstreamId = Annotated[
    StrictStr, Field(max_length=200, pattern=r"^(\.{3,}|\.{0,2}[A-Za-z0-9_:-][A-Za-z0-9_.:-]*)$")
]
Text = Annotated[StrictStr, Field(pattern=r"^[^\x00]*$")]  # PostgreSQL stores no NUL.
Url = Annotated[Text, Field(max_length=2000)]
_PRIORITY = Field(
    strict=True, ge=0.1, le=10, allow_inf_nan=False,
    description="How much a second of this task's delay counts, beside others",
)  # fmt: skip
_DATA = Field(max_length=100, json_schema_extra={"default": []})
_METADATA = Field(
    json_schema_extra={"default": {}},
    description="Anything of yours: 4 KiB as JSON, 16 levels, text without NUL",
)
_DEADLINE = Field(strict=True, gt=0, le=30 * 86400, allow_inf_nan=False)


def is_plain(value: Any, *, levels: int = 16) -> bool:
    """Tell whether every database can hold `value`, and every JSON library read it back."""
    match value:
        case str():
            return "\0" not in value and (value.isascii() or not _HALF.search(value))
        case float():
            return isfinite(value)
        case dict():
            inner = [*value.keys(), *value.values()]
        case list():
            inner = value
        case _:
            return True
    return levels > 0 and all(is_plain(one, levels=levels - 1) for one in inner)


class Placeholder(BaseModel):
    """An image to come."""

    revised_prompt: Text | None = None


class RegisterTask(BaseModel):
    """A task to track: `{"task_id": "img_…"}`, or LemonData's create answer, unchanged."""

    model_config = ConfigDict(extra="allow")

    task_id: UpstreamId
    account: Annotated[Text, Field(min_length=1, max_length=100)] = "default"
    kind: Kind | None = None
    model: Annotated[Text, Field(max_length=200)] | None = None
    poll_url: Url | None = None
    created: (
        Annotated[float, Field(strict=True, ge=0, le=4_102_444_800, allow_inf_nan=False)] | None
    ) = None
    # By factories: what is written as a default pydantic copies, in depth, for each task.
    data: Annotated[list[Placeholder], _DATA] = Field(default_factory=list)
    webhook_url: Annotated[Url, Field(json_schema_extra=LINK)] | None = None
    webhook_secret: (
        Annotated[Text, Field(max_length=200, json_schema_extra={"pattern": PATTERN})] | None
    ) = None
    metadata: Annotated[dict[str, Any], _METADATA] = Field(default_factory=dict)
    deadline_seconds: Annotated[float, _DEADLINE] | None = None
    priority: Annotated[float, _PRIORITY] = 1.0

    @property
    def hinted_kind(self) -> Kind | None:
        """The kind that a create answer tells by its `object`, such as `video.generation`."""
        told = str((self.model_extra or {}).get("object", "")).partition(".")[0].lower()
        return _KINDS.get(told)

    @model_validator(mode="before")
    @classmethod
    def _read_create_answer(cls, body: Any) -> Any:
        """Take what is null for absent, and `id` for `task_id`; but never two ids.

        LemonData's own fields may be empty as well. Ours may not: an empty webhook_url is a mistake
        of the caller's, who would wait in vain to be told.
        """
        if not isinstance(body, dict):
            return body
        said = {
            name: value
            for name, value in body.items()
            if value is not None and not (value == "" and name in _MAY_BE_EMPTY)
        }
        if "id" in said and said.setdefault("task_id", said["id"]) != said["id"]:
            raise PydanticCustomError("two_ids", "id and task_id differ; send one")
        return said

    @model_validator(mode="after")
    def _refuse_unknown_fields_of_ours(self) -> Self:
        extra = self.model_extra or {}
        if extra and not _CREATE_ANSWER & (self.model_fields_set | extra.keys()):
            fields = sorted(extra)
            raise PydanticCustomError(
                "unknown_fields", "unknown fields: {fields}", {"fields": fields}
            )
        return self

    @field_validator("metadata")
    @classmethod
    def _is_plain(cls, metadata: dict[str, Any]) -> dict[str, Any]:
        if not is_plain(metadata):
            raise PydanticCustomError(
                "not_plain",
                "use plain JSON: at most 16 levels, finite numbers, text without NUL",
            )
        # Without spaces it is not under half as long: most is small, and told so by this.
        if (
            2 * len(to_json(metadata)) > LARGEST_METADATA
            and len(json.dumps(metadata, ensure_ascii=False).encode()) > LARGEST_METADATA
        ):
            raise PydanticCustomError("too_large", "metadata is at most 4 KiB as JSON")
        return metadata
