"""From an error to its HTTP answer: RFC 9457 problem details, one table for all."""

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException

from app.errors import (
    Conflict,
    Forbidden,
    Gone,
    InvalidInput,
    LemonwatchError,
    NotAuthenticated,
    NotFound,
    TooManyRequests,
)
from app.web.methods import methods_at
from app.web.pointer import pointer_of
from app.web.problem import KINDS, URN, Detail, Problem, answer, describe, problem
from app.web.unreadable import not_json, unreadable
from app.web.words import CHALLENGE, RETRY_AFTER

log = structlog.get_logger()


_NAMES = {kind.status: name for name, kind in KINDS.items()}
# An error of ours is answered as the nearest of its classes that stands here.
_TABLE: dict[type[LemonwatchError], str] = {
    NotAuthenticated: "not-authenticated",
    Forbidden: "forbidden",
    NotFound: "not-found",
    TooManyRequests: "rate-limited",
    Conflict: "conflict",
    Gone: "gone",
    InvalidInput: "invalid-input",
    LemonwatchError: "internal",
}
UNKNOWN_FIELD = "unknown field"
_NOTHING_HERE = "There is nothing at this path; /docs says what there is."
_FAULT = "The operator finds the reason in the log."


def _documented(*names: str) -> dict[int | str, dict[str, Any]]:
    """Describe problems for the OpenAPI document, by status."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        KINDS[name].status: {
            "description": f"{KINDS[name].title}: `{URN}{name}`",
            "content": content,
        }
        | ({"headers": _HEADERS[name]} if name in _HEADERS else {})
        for name in names
    }


_HEADERS = {
    "not-authenticated": CHALLENGE, "rate-limited": RETRY_AFTER, "unavailable": RETRY_AFTER
}  # fmt: skip
# Any route may answer so; and these some routes only.
UNAVAILABLE = _documented("unavailable")
UNCHECKED = _documented("invalid-input", "internal")  # Of routes that need no key.
ANYWHERE = UNCHECKED | UNAVAILABLE | _documented("not-authenticated", "forbidden", "rate-limited")
WITH_BODY = _documented("too-large", "unsupported-media-type")  # Said of each that takes one.
NOT_FOUND = _documented("not-found")
CONFLICT = _documented("conflict")
GONE = _documented("gone")


def on_domain_error(_request: Request, error: Exception) -> Response:
    """Answer an error of ours by the table."""
    error = cast(LemonwatchError, error)
    return answer(problem_of(error), headers=_headers(error))


def problem_of(error: LemonwatchError, *, at: str = "") -> Problem:
    """Describe an error of ours by the table; `at` points to the part of the body that it is about."""
    name = next(_TABLE[kind] for kind in type(error).__mro__ if kind in _TABLE)
    if name == "internal":
        log.error("request.failed", error=error.detail)
        return describe(name, _FAULT)
    errors = None
    if isinstance(error, InvalidInput):
        errors = [Detail(pointer=at + error.pointer, detail=error.detail)]
    return describe(name, error.detail, errors=errors)


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
    error = cast(RequestValidationError, error)
    return answer(invalid(error.errors(), body=error.body))


def invalid(found: Iterable[Mapping[str, Any]], *, at: str = "", body: Any = None) -> Problem:
    """Describe what pydantic found wrong with `body`, or with the part of one that `at` points to."""
    return _invalid([*_details(found, at, body)])


def _invalid(errors: list[Detail]) -> Problem:
    detail = "; ".join(f"{e.pointer or 'the body'}: {e.detail}" for e in errors[:3])
    return describe("invalid-input", detail, errors=errors)


def _details(errors: Iterable[Mapping[str, Any]], at: str, body: Any) -> Iterator[Detail]:
    for found in errors:
        loc, message = found["loc"], str(found["msg"]).removeprefix("Value error, ")
        if found["type"] == "json_invalid":
            yield Detail(pointer="", detail=not_json(found, body))
        elif found["type"] == "extra_forbidden" and loc[0] == "body":
            yield Detail(pointer=at + pointer_of(loc), detail=UNKNOWN_FIELD)
        elif found["type"] == "unknown_fields":  # Of a shape where only all fields together tell.
            for name in found["ctx"]["fields"]:
                yield Detail(pointer=at + pointer_of((*loc, name)), detail=UNKNOWN_FIELD)
        else:
            yield Detail(pointer=at + pointer_of(loc), detail=message)


def on_http(request: Request, error: Exception) -> Response:
    """Answer what the router and the framework refuse."""
    error = cast(HTTPException, error)
    name = _NAMES.get(error.status_code)
    if error.status_code == 400:  # The framework's only one: a body that it could not read.
        return answer(_invalid([Detail(pointer="", detail=unreadable(error.__cause__))]))
    if name == "method-not-allowed":
        told = (error.headers or {}).get("Allow", "")
        allowed = ", ".join(sorted(methods_at(request, otherwise=told)))
        return problem(name, f"This path takes {allowed}.", headers={"Allow": allowed})
    if name is None:
        log.error("request.failed", error=f"no problem stands for status {error.status_code}")
        return problem("internal", _FAULT)
    detail = _NOTHING_HERE if name == "not-found" else str(error.detail)
    headers = dict(error.headers) if error.headers else None
    return problem(name, detail, headers=headers)


def on_no_database(_request: Request, error: Exception) -> Response:
    """Answer that the database cannot be reached now."""
    log.error("database.unreachable", error=type(error).__name__)
    detail = "The database cannot be reached. Try again soon; registering twice is harmless."
    return problem("unavailable", detail, headers={"Retry-After": "5"})


def on_crash(_request: Request, _error: Exception) -> Response:
    """Answer a fault of ours without telling its insides; the server logs the traceback."""
    return problem("internal", _FAULT)


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    app.add_exception_handler(LemonwatchError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(OperationalError, on_no_database)
    app.add_exception_handler(NoConnection, on_no_database)  # All that the pool has are lent.
    app.add_exception_handler(Exception, on_crash)
