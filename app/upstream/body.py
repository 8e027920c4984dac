"""The JSON that LemonData sends, in all versions of its documentation, as types.

Every field is lenient: one that is missing or of a wrong type is None or empty and spoils no other,
because a tracker that breaks when the vendor moves a field is worthless.
"""

import json
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, WrapValidator
from pydantic import ValidationError as Wrong
from pydantic.functional_validators import ModelWrapValidatorHandler
from pydantic_core import from_json

T = TypeVar("T")


def clean(value: object) -> str | None:
    """Return text that any database can hold: no NUL, no half of a surrogate pair; or None."""
    if not isinstance(value, str):
        return None
    if value.isascii() and "\0" not in value:
        return value.strip() or None
    text = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text.strip() or None


def _or_none(value: Any, read: ModelWrapValidatorHandler[Any]) -> Any:
    try:
        return read(value)
    except (Wrong, ValueError, OverflowError, RecursionError):
        return None


def _objects(value: object) -> list[Any]:
    """Read a list, whatever it holds; what is not an object counts as an empty one, in its place."""
    items = value if isinstance(value, list) else []
    return [item if isinstance(item, dict) else {} for item in items]


def _links(value: object) -> list[Any]:
    """Read a list of links, given as text or as objects with a `url`."""
    items = value if isinstance(value, list) else []
    return [{"url": item} if isinstance(item, str) else item for item in items]


Lenient = Annotated[T | None, WrapValidator(_or_none)]
Words = Annotated[str | None, BeforeValidator(clean)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class LinkBody(_Body):
    """Something with a URL."""

    url: Words = None
    revised_prompt: Words = None


class ErrorBody(_Body):
    """The envelope's error."""

    message: Words = None
    type: Words = None
    code: Words = None
    retry_after: Lenient[Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]] = None


class StatusBody(_Body):
    """A task, or what is wrong."""

    id: Any = None
    task_id: Any = None
    status: Any = None
    data: Annotated[list[LinkBody], BeforeValidator(_objects)] = []
    error: Any = None
    cancelled: Lenient[StrictBool] = None
    cancellation_status: Words = None
    model: Words = None
    video_url: Words = None
    video: Lenient[LinkBody] = None
    videos: Annotated[list[Lenient[LinkBody]], BeforeValidator(_links)] = []
    audio_url: Words = None
    model_url: Words = None
    glb_url: Words = None
    fbx_url: Words = None

    @property
    def complaint(self) -> ErrorBody:
        """The error, a string in the documentation and an object in newer answers."""
        if isinstance(self.error, dict):
            return ErrorBody.model_validate(self.error)
        return ErrorBody(message=self.error)


def read_json(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object; None for anything else. Never raises."""
    try:
        parsed = from_json(body)  # At a third of the cost of Python's own, which is more lenient.
    except ValueError:
        parsed = _read_leniently(body)
    return parsed if isinstance(parsed, dict) else None


def _read_leniently(body: bytes) -> Any:
    """Read what begins with a byte order mark, is UTF-16, or has half of a surrogate pair, too."""
    try:
        return json.loads(body)
    except (ValueError, OverflowError, RecursionError):
        return None


def read_body(parsed: dict[str, Any] | None) -> StatusBody | None:
    """Read the fields of a JSON object; None where it is none. Never raises."""
    try:
        return None if parsed is None else StatusBody.model_validate(parsed)
    except (ValueError, OverflowError, RecursionError):
        return None
