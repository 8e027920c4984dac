"""What a route asks for: what the process holds, and a transaction to read in."""

from collections.abc import Iterator
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from app.errors import NotFound
from app.process.process import Process


def process_of(request: Request) -> Process:
    """Return what the process holds that answers."""
    return cast(Process, request.app.state.process)


async def _process(request: Request) -> Process:
    return process_of(request)


ProcessDep = Annotated[Process, Depends(_process)]


def _reading(process: ProcessDep) -> Iterator[Session]:
    with process.database.reading() as session:
        yield session


# Only to read: a route that writes opens its transaction itself, since what is checked over the
# network comes before it, and since FastAPI may reply before a dependency's commit has failed.
ReadDep = Annotated[Session, Depends(_reading, scope="function")]


async def refuse_odd_requests(request: Request) -> None:
    """Refuse query parameters that the route does not have: a misspelt filter must not be ignored.

    A NUL in the path names nothing that could be stored. A body that does not say that it is JSON
    is not read as if it were: a page elsewhere can have a browser send such a one unasked.
    """
    if any("\0" in str(value) for value in request.path_params.values()):
        raise NotFound
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    if route.body_field and await request.body() and not _is_json(request):
        raise HTTPException(415, "Send the body as JSON, with `Content-Type: application/json`.")
    known, openings = _names(route)
    unknown = [
        name for name in request.query_params if name not in known and not name.startswith(openings)
    ]
    if unknown:
        message = _unknown([*known, *(f"{opening}<key>" for opening in openings)])
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": message}
                for name in unknown
            ]
        )


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _unknown(known: list[str]) -> str:
    return f"unknown parameter; known are {', '.join(sorted(known)) or 'none'}"


def _names(route: APIRoute) -> tuple[set[str], tuple[str, ...]]:
    """Return the names that the route knows, and what others may begin with: its model's `OPEN`."""
    names: set[str] = set()
    openings = []
    for field in cast(list[Any], route.dependant.query_params):
        # A group of parameters declared as one model counts by its members.
        group = field.field_info.annotation
        members = getattr(group, "model_fields", None)
        names |= {field.alias} if members is None else set(members)
        openings += [group.OPEN] if hasattr(group, "OPEN") else []
    return names, tuple(openings)
