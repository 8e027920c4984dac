"""What the simulator says no to, in LemonData's error envelope."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from math import ceil
from typing import Any, Literal

from pydantic import ValidationError

from app.simulator.moods.strike import Refuse

KINDS = {
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    429: "rate_limit_error",
}


class Refused(Exception):
    """The request gets an error instead of an answer."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.seconds = 0  # What the client is told to wait.
        kind = "api_error" if status >= 500 else KINDS.get(status, "invalid_request_error")
        self.body = {"error": {"message": message, "type": kind, "code": code} | more}


def struck(refuse: Refuse, *, form: Literal["seconds", "date", "body"], told: datetime) -> Refused:
    """Refuse as a mood says; what is to be waited is told in this `form`, `told` being the time."""
    seconds = ceil(refuse.wait.total_seconds())
    more = {"retryable": True, "retry_after": seconds} if seconds else {}
    refused = Refused(refuse.status, refuse.code, refuse.message, **more)
    refused.seconds = seconds
    if seconds and form != "body":
        # A date has no fractions of a second; cut off, it would let the client come too soon.
        date = (told + refuse.wait + timedelta(microseconds=999_999)).replace(microsecond=0)
        refused.headers["Retry-After"] = (
            str(seconds) if form == "seconds" else format_datetime(date, usegmt=True)
        )
    return refused


def bad_key() -> Refused:
    """Refuse a missing or wrong API key."""
    return Refused(401, "invalid_api_key", "Invalid API key. Send `Authorization: Bearer sk-...`.")


def unknown_task() -> Refused:
    """Refuse an id that no simulator gave."""
    return Refused(404, "async_task_not_found", "Task not found or no longer available.")


def no_file() -> Refused:
    """Refuse a picture or another file that a task has not, or has not yet."""
    return Refused(404, "not_found", "There is no such file, or not yet.")


def unknown_model(model: str, known: Iterable[str]) -> Refused:
    """Refuse a model that does not make this kind of task, and say which do."""
    message = f"There is no model {model!r} here. Known models: {', '.join(known)}."
    return Refused(400, "model_not_found", message, param="model")


def bad_moods(what: str) -> Refused:
    """Refuse moods that there are not."""
    return Refused(400, "invalid_moods", what)


def malformed(error: ValidationError) -> Refused:
    """Refuse a body that is not a create request, naming the first thing wrong with it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    param = ".".join(str(part) for part in first["loc"]) or None
    message = f"{param or 'body'}: {first['msg']}"
    return Refused(400, "invalid_request", message, param=param)
