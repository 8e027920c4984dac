"""What an HTTP response from LemonData says, for every version of its documentation."""

import json
from datetime import datetime, timedelta
from typing import Any

from app.poll.answer import Absent, Answer, Cancelled, Fault, Finished, Image, Refused, Unfinished
from app.schedule.retry_after import parse_retry_after
from app.tasks.status import Status

LONGEST_REASON = 1000
LONGEST_PROMPT = 4000
LONGEST_RETRY = 86400  # seconds; what is longer is not meant


def decode(status: int, body: bytes, *, of: str, retry_after: str | None, now: datetime) -> Answer:
    """Turn a response about the task `of` into an answer; what is odd becomes a Fault that says why."""
    if status == 200:
        answer = _parse(body)
        return _decode_ok(answer, of) if isinstance(answer, dict) else Fault("not a JSON object")
    error = _mapping(_mapping(_parse(body)).get("error"))
    if status == 404 and _is_unknown_task(error):
        return Absent()
    asked = parse_retry_after(retry_after, now=now) or _seconds(error.get("retry_after"))
    return Fault(f"HTTP {status}", asked)


def _decode_ok(answer: dict[str, Any], of: str) -> Answer:
    # A cache or a gateway in trouble can serve what was meant for somebody else.
    if any(answer.get(name) not in (None, of) for name in ("id", "task_id")):
        return Fault("another task's answer")
    match answer.get("status"):
        case "pending" | "processing" as live:
            return Unfinished(Status(live))
        case "completed":
            return _decode_completed(answer.get("data"))
        case "failed" if _was_cancelled(answer):
            return Cancelled(_reason(answer.get("error"), otherwise="cancelled at LemonData"))
        case "failed":
            return Refused(_reason(answer.get("error"), otherwise="LemonData gave no reason"))
        case _:
            return Fault("an unknown status")


def _was_cancelled(answer: dict[str, Any]) -> bool:
    return answer.get("cancelled") is True or answer.get("cancellation_status") == "cancelled"


def _decode_completed(data: object) -> Answer:
    items = [_mapping(item) for item in data] if isinstance(data, list) else []
    images = tuple(
        Image(url, _clean(item.get("revised_prompt"), LONGEST_PROMPT), index)
        for index, item in enumerate(items)
        if (url := _clean(item.get("url")))
    )
    return Finished(images) if images else Fault("completed without a URL")


def _is_unknown_task(error: dict[str, Any]) -> bool:
    """Tell LemonData's own 404 from a gateway's, which says nothing about the task."""
    code, message = error.get("code"), error.get("message")
    if code is None:
        return isinstance(message, str) and message.startswith("Task not found")
    return code in ("async_task_not_found", "task_not_found")


def _seconds(value: object) -> timedelta | None:
    """Read the envelope's own `retry_after`, a number of seconds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return timedelta(seconds=min(value, LONGEST_RETRY)) if value > 0 else None


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
