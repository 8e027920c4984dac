"""Serves the reference at `/docs`, to people; to whoever asks, since it holds no secrets."""

from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from app.web.reference.page import POLICY, page

_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}


def install(app: FastAPI) -> None:
    """Serve it; it is made at the first call."""

    @cache
    def made() -> str:
        return page(app.openapi())

    async def show(_request: Request) -> Response:
        return HTMLResponse(made(), headers=_HEADERS)

    app.add_route("/docs", show, include_in_schema=False)
