"""What the simulator says no to, in LemonData's error envelope."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError


class Refused(Exception):
    """The request gets an error instead of an answer."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        kind = "authentication_error" if status == 401 else "invalid_request_error"
        self.body = {"error": {"message": message, "type": kind, "code": code} | more}


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


def malformed(error: ValidationError) -> Refused:
    """Refuse a body that is not a create request, naming the first thing wrong with it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    param = ".".join(str(part) for part in first["loc"]) or None
    message = f"{param or 'body'}: {first['msg']}"
    return Refused(400, "invalid_request", message, param=param)
