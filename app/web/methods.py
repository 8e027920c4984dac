"""Which methods a path takes."""

from collections.abc import Sequence
from functools import cache
from re import Pattern

from fastapi import Request
from starlette.routing import compile_path

_pattern = cache(compile_path)


def methods_at(request: Request, *, otherwise: str) -> Sequence[str]:
    """Return the methods documented at the path that was asked for, or `otherwise` if none is.

    The router knows those of the first route at that path only. A path that is documented letter by
    letter is no id: `/v1/webhooks/verify` takes what it takes, and nothing that `{webhook_id}` does.
    """
    paths = request.app.openapi()["paths"]
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    at = [path] if path in paths else [one for one in paths if _is_at(_pattern(one)[0], path)]
    return [method.upper() for method in paths[at[0]]] if at else otherwise.split(", ")


def _is_at(pattern: Pattern[str], path: str) -> bool:
    return pattern.fullmatch(path) is not None
