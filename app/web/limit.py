"""How large a request may be: no more than this is read into memory."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problem import problem

LARGEST_BODY = 8 << 20  # bytes
TOO_LARGE = f"a request is at most {LARGEST_BODY} bytes"


class BodyLimit:
    """Answers 413 to a body that says, or turns out, to be larger than `LARGEST_BODY`."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what is small enough."""
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413, TOO_LARGE)
            return message

        if scope["type"] == "http" and _said_length(scope) > LARGEST_BODY:
            await problem("too-large", TOO_LARGE)(scope, receive, send)
        else:
            await self._app(scope, bounded, send)


def _said_length(scope: Scope) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0
