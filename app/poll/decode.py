"""What an HTTP response from LemonData says, for every version of its documentation."""

import json
from datetime import datetime
from typing import Any

from app.poll.answer import Absent, Answer, Cancelled, Fault, Finished, Image, Refused, Unfinished
from app.schedule.retry_after import parse_retry_after
from app.tasks.status import Status

LONGEST_REASON = 1000
LONGEST_PROMPT = 4000

_UNKNOWN_TASK = {"async_task_not_found", "task_not_found", "not_found", None}
_LIVE = {"pending": Status.PENDING, "processing": Status.PROCESSING}


def decode(status: int, body: bytes, *, retry_after: str | None, now: datetime) -> Answer:
    """Turn a response into an answer; whatever is odd becomes a Fault that says what was odd."""
    if status == 200:
        return _decode_ok(body)
    if status == 404 and _says_unknown_task(_mapping(_parse(body)).get("error")):
        return Absent()
    return Fault(f"HTTP {status}", parse_retry_after(retry_after, now=now))


def _decode_ok(body: bytes) -> Answer:
    answer = _parse(body)
    if not isinstance(answer, dict):
        return Fault("not a JSON object")
    status = answer.get("status")
    if answer.get("cancelled") is True or answer.get("cancellation_status") == "cancelled":
        return Cancelled(_reason(answer.get("error"), otherwise="cancelled at LemonData"))
    if status == "failed":
        return Refused(_reason(answer.get("error"), otherwise="LemonData gave no reason"))
    if status == "completed":
        return _decode_completed(answer.get("data"))
    if isinstance(status, str) and status in _LIVE:
        return Unfinished(_LIVE[status])
    return Fault("an unknown status")


def _decode_completed(data: object) -> Answer:
    items = [_mapping(item) for item in data] if isinstance(data, list) else []
    images = tuple(
        Image(url, _clean(item.get("revised_prompt"), LONGEST_PROMPT), index)
        for index, item in enumerate(items)
        if (url := _clean(item.get("url")))
    )
    return Finished(images) if images else Fault("completed without a URL")


def _says_unknown_task(error: object) -> bool:
    """Tell LemonData's own 404 from a gateway's page, which says nothing about the task."""
    return bool(error) and _mapping(error).get("code") in _UNKNOWN_TASK


def _reason(error: object, *, otherwise: str) -> str:
    """Read `error`, a string in the documentation and an object in newer answers."""
    message = _mapping(error).get("message", error)
    return _clean(message, LONGEST_REASON) or otherwise


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _clean(value: object, longest: int | None = None) -> str | None:
    """Return text that any database can hold: no NUL, no half of a surrogate pair, not too long."""
    if not isinstance(value, str):
        return None
    text = value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text.strip()[:longest] or None
