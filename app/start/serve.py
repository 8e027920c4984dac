"""Serves HTTP until a signal says to stop."""

import socket
from collections.abc import Callable
from threading import Thread

import uvicorn
from fastapi import FastAPI

from app.start.signals import on_stop

GRACE = 1  # seconds that open requests have to end


def make_server(
    app: FastAPI, *, started: Callable[[], None] | None = None, dated: bool = False
) -> uvicorn.Server:
    """Return a server for `app` that calls `started` once it listens.

    Answers that are `dated` by the app itself, the simulator, get no second date; and it cuts
    connections in a way that only asyncio's own loop does as it should.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE,
        server_header=False, date_header=not dated, loop="asyncio" if dated else "auto",
    )  # fmt: skip
    return _Announcing(config, started or (lambda: None))


class _Announcing(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say_started()


def serve(server: uvicorn.Server, bound: socket.socket) -> None:
    """Serve on the main thread until SIGINT or SIGTERM, then return."""
    # uvicorn raises the signal again after its own shutdown, for whoever held it before: that is us,
    # and there is still to close.
    on_stop(lambda: None)
    server.run(sockets=[bound])


def serve_beside(server: uvicorn.Server, bound: socket.socket) -> Thread:
    """Serve on a thread of its own, until `server.should_exit` is set."""
    thread = Thread(target=server.run, kwargs={"sockets": [bound]}, name="simulator", daemon=True)
    thread.start()
    return thread
