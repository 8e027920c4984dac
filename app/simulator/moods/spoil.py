"""Right answers, spoilt on their way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from fastapi.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app.simulator.moods.moods import Moods
from app.simulator.moods.strike import Page
from app.simulator.wire import hang_up

JSON = "application/json"
CHUNK = 1 << 16
_PAGE = """\
<!DOCTYPE html>
<html><head><title>{title}</title></head>
<body><center><h1>{title}</h1></center><hr><center>simulated gateway</center></body></html>
"""
_TITLES = {200: "Just a moment...", 502: "502 Bad Gateway"}


def page(strike: Page) -> Response:
    """Answer a page as gateways have it."""
    return HTMLResponse(_PAGE.format(title=_TITLES[strike.status]), status_code=strike.status)


def spoil(body: bytes, *, mood: str, moods: Moods) -> Response:
    """Answer the JSON `body` as the mood of this name spoils it."""
    match mood:
        case "truncated":
            return Response(body[: len(body) // 2], media_type=JSON)
        case "cut":
            return Broken(body, sent=len(body) // 2)
        case "resets":
            return Broken(body, sent=None)
        case "enormous":
            size = {"Content-Length": str(len(body) + moods.enormous_bytes)}
            return StreamingResponse(
                _pad(body, moods.enormous_bytes), media_type=JSON, headers=size
            )
        case "drips":
            drips = _drip(body, timedelta(seconds=moods.drip_for))
            size = {"Content-Length": str(len(body))}
            return StreamingResponse(drips, media_type=JSON, headers=size)
    raise ValueError(f"no mood spoils answers by the name of {mood}")


class Broken(Response):
    """An answer whose connection breaks: after `sent` bytes of the body, or before any byte at all."""

    def __init__(self, body: bytes, *, sent: int | None) -> None:
        super().__init__(body, media_type=JSON)
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise the whole body, send its part, and break off."""
        if self._sent is not None:
            headers = self.raw_headers
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            part = bytes(self.body)[: self._sent]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await hang_up(scope, receive, reset=self._sent is None)


async def _pad(body: bytes, spaces: int) -> AsyncIterator[bytes]:
    """Send the body and so many spaces, which JSON allows after it."""
    yield body
    for sent in range(0, spaces, CHUNK):
        yield b" " * min(CHUNK, spaces - sent)


async def _drip(body: bytes, duration: timedelta) -> AsyncIterator[bytes]:
    """Send a byte at a time, so that the whole takes so long."""
    pause = duration.total_seconds() / len(body)
    for place in range(len(body)):
        yield body[place : place + 1]
        await asyncio.sleep(pause)
