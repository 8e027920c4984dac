"""What a route asks for: what the process holds, and a transaction to read in."""

from collections.abc import Iterator
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.process.process import Process


async def _process(request: Request) -> Process:
    return cast(Process, request.app.state.process)


ProcessDep = Annotated[Process, Depends(_process)]


def _reading(process: ProcessDep) -> Iterator[Session]:
    with process.database.reading() as session:
        yield session


# Only to read: a route that writes opens its transaction itself, since what is checked over the
# network comes before it, and since FastAPI may reply before a dependency's commit has failed.
ReadDep = Annotated[Session, Depends(_reading, scope="function")]


async def refuse_odd_requests(request: Request) -> None:
    """Refuse query parameters that the route does not have: a misspelt filter must not be ignored.

    A NUL in the path names nothing that could be stored.
    """
    if any("\0" in str(value) for value in request.path_params.values()):
        raise NotFound
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _names(route)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": _unknown(known)}
                for name in unknown
            ]
        )


def _unknown(known: set[str]) -> str:
    return f"unknown parameter; known are {', '.join(sorted(known)) or 'none'}"


def _names(route: APIRoute) -> set[str]:
    fields: list[Any] = list(route.dependant.query_params)
    names = {field.alias for field in fields}
    for field in fields:
        # A group of parameters declared as one model counts by its members.
        names |= set(getattr(field.field_info.annotation, "model_fields", {}))
    return names
