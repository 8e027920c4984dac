"""A route that refuses what it does not know, before anything else is done about a request."""

from collections.abc import Callable, Coroutine
from typing import Any, cast

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import NotFound

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """Refuses odd requests. Not by a dependency, which FastAPI would solve anew at each."""

    def get_route_handler(self) -> Handler:
        """Return FastAPI's own handler, with that before it."""
        handle = super().get_route_handler()
        known, openings = _names(self)

        async def strict(request: Request) -> Response:
            _refuse_odd_path(request)
            if self.body_field and await body_of(request) and not _is_json(request):
                message = "Send the body as JSON, with `Content-Type: application/json`."
                raise HTTPException(415, message)
            _refuse_unknown(request, known, openings)
            return await handle(request)

        return strict


async def body_of(request: Request) -> bytes:
    """Return the body; who hangs up before its end has sent one that cannot be read."""
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise HTTPException(400) from error


def _refuse_odd_path(request: Request) -> None:
    """Refuse a NUL in the path: it names nothing that could be stored."""
    if any("\0" in str(value) for value in request.path_params.values()):
        raise NotFound


def _is_json(request: Request) -> bool:
    """Tell whether the body says that it is JSON.

    What does not is not read as if it were: a page elsewhere can have a browser send such a one unasked.
    """
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _refuse_unknown(request: Request, known: set[str], openings: tuple[str, ...]) -> None:
    """Refuse query parameters that the route does not have: a misspelt filter must not be ignored."""
    unknown = [
        name for name in request.query_params if name not in known and not name.startswith(openings)
    ]
    if unknown:
        told = sorted([*known, *(f"{opening}<key>" for opening in openings)])
        message = f"unknown parameter; known are {', '.join(told) or 'none'}"
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": message}
                for name in unknown
            ]
        )


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
