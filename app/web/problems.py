"""From an error to its HTTP answer: RFC 9457 problem details, one table for all."""

import json
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from app.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LemonwatchError,
    NotAuthenticated,
    NotFound,
    TooManyRequests,
)

log = structlog.get_logger()


class Detail(BaseModel):
    """One thing that is wrong with the input, and where."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Detail] | None = None


# The status, and the name that the `type` ends with.
_TABLE: dict[type[LemonwatchError], tuple[int, str]] = {
    NotAuthenticated: (401, "not-authenticated"),
    Forbidden: (403, "forbidden"),
    NotFound: (404, "not-found"),
    TooManyRequests: (429, "rate-limited"),
    Conflict: (409, "conflict"),
    InvalidInput: (422, "invalid-input"),
    LemonwatchError: (500, "internal"),
}
_OTHERS = {"too-large": 413, "unavailable": 503}
_TITLES = {
    "not-authenticated": "A valid API key is needed",
    "forbidden": "The API key is not good for this",
    "not-found": "Not found",
    "rate-limited": "Too many requests",
    "method-not-allowed": "Method not allowed",
    "conflict": "Conflict",
    "invalid-input": "The input cannot be used",
    "too-large": "The body is too large",
    "unavailable": "Not available now",
    "internal": "Something went wrong here",
    "http": "The request could not be answered",
}


def _documented(*names: str) -> dict[int | str, dict[str, Any]]:
    """Describe problems for the OpenAPI document, by status."""
    status = {name: status for status, name in _TABLE.values()} | _OTHERS
    schema = Problem.model_json_schema()
    # In one piece: a reference within would look for its aim at the root of the document.
    schema.pop("$defs")
    schema["properties"]["errors"] = {"type": "array", "items": Detail.model_json_schema()}
    content = {"application/problem+json": {"schema": schema}}
    return {status[name]: {"description": _TITLES[name], "content": content} for name in names}


# Any route may answer so; and these some routes only.
ANYWHERE = _documented(
    "not-authenticated", "forbidden", "invalid-input", "rate-limited", "unavailable"
)
NOT_FOUND = _documented("not-found")
CONFLICT = _documented("conflict")
TOO_LARGE = _documented("too-large")
REGISTERING = CONFLICT | TOO_LARGE


def problem(
    status: int,
    name: str,
    detail: str,
    *,
    errors: list[Detail] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a problem+json answer."""
    return _response(_described(status, name, detail, errors=errors), headers=headers)


def _described(
    status: int, name: str, detail: str, *, errors: list[Detail] | None = None
) -> Problem:
    return Problem(
        type=f"urn:lemonwatch:problem:{name}", title=_TITLES[name],
        status=status, detail=detail, errors=errors,
    )  # fmt: skip


def _response(body: Problem, *, headers: dict[str, str] | None = None) -> Response:
    return Response(
        # In ASCII: what is quoted from the input may be no text at all, such as half a character.
        json.dumps(body.model_dump(exclude_none=True)),
        status_code=body.status, media_type="application/problem+json", headers=headers,
    )  # fmt: skip


def on_domain_error(_request: Request, error: Exception) -> Response:
    """Answer an error of ours by the table."""
    error = cast(LemonwatchError, error)
    return _response(problem_of(error), headers=_headers(error))


def problem_of(error: LemonwatchError, *, at: str = "") -> Problem:
    """Describe an error of ours by the table; `at` points to the part of the body that it is about."""
    status, name = next(_TABLE[kind] for kind in type(error).__mro__ if kind in _TABLE)
    if status == 500:
        log.error("request.failed", error=error.detail)
        return _described(500, name, "The operator finds the reason in the log.")
    errors = None
    if isinstance(error, InvalidInput):
        errors = [Detail(pointer=at + error.pointer, detail=error.detail)]
    return _described(status, name, error.detail, errors=errors)


def invalid(errors: Iterable[Mapping[str, Any]], *, at: str = "") -> Problem:
    """Describe what pydantic finds wrong with a body, or with the part that `at` points to."""
    found = [Detail(pointer=at + _pointer(e["loc"]), detail=str(e["msg"])) for e in errors]
    detail = "; ".join(f"{e.pointer or 'the body'}: {e.detail}" for e in found[:3])
    return _described(422, "invalid-input", detail, errors=found)


def _headers(error: LemonwatchError) -> dict[str, str] | None:
    match error:
        case NotAuthenticated():
            return {"WWW-Authenticate": "Bearer"}
        case TooManyRequests():
            return {"Retry-After": str(ceil(error.retry_after))}
        case _:
            return None


def on_invalid(_request: Request, error: Exception) -> Response:
    """Answer input that does not fit its schema, with a pointer to each place."""
    return _response(invalid(cast(RequestValidationError, error).errors()))


def on_http(_request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses."""
    error = cast(HTTPException, error)
    name = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}.get(
        error.status_code, "http"
    )
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, name, str(error.detail), headers=headers)


def on_no_database(_request: Request, error: Exception) -> Response:
    """Answer that the database cannot be reached now."""
    log.error("database.unreachable", error=type(error).__name__)
    detail = "The database cannot be reached. Try again soon; registering twice is harmless."
    return problem(503, "unavailable", detail, headers={"Retry-After": "5"})


def on_crash(_request: Request, _error: Exception) -> Response:
    """Answer a fault of ours without telling its insides; the server logs the traceback."""
    return problem(500, "internal", "The operator finds the reason in the log.")


def _pointer(loc: tuple[int | str, ...]) -> str:
    """Write a location as a JSON pointer (RFC 6901); a query parameter as `?name`."""
    where, *path = loc
    if where == "query":
        return "?" + ".".join(map(str, path))
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    app.add_exception_handler(LemonwatchError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(OperationalError, on_no_database)
    app.add_exception_handler(Exception, on_crash)
