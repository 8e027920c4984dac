"""Which methods a path takes."""

from collections.abc import Sequence

from fastapi import Request
from starlette.routing import Match

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def methods_at(request: Request) -> Sequence[str]:
    """Return the methods that some route takes at the path that was asked for."""
    place = {name: request.scope[name] for name in ("type", "path", "root_path")}
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**place, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
