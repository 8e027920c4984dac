"""Serves HTTP until a signal says to stop."""

import socket
from collections.abc import Callable
from threading import Thread

import uvicorn
from fastapi import FastAPI

from app.process.garbage import search_seldom
from app.start.signals import on_stop

GRACE = 1  # seconds that open requests have to end


def make_server(
    app: FastAPI, *, started: Callable[[], None] | None = None,
    stopping: Callable[[], None] | None = None, dated: bool = False,
) -> uvicorn.Server:  # fmt: skip
    """Return a server for `app` that calls `started` once it listens, and `stopping` before it ends.

    Answers that are `dated` by the app itself, the simulator, get no second date; and it cuts
    connections in a way that only asyncio's own loop does as it should.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE,
        server_header=False, date_header=not dated, loop="asyncio" if dated else "auto",
    )  # fmt: skip
    return _Announcing(config, started or _nothing, stopping or _nothing)


def _nothing() -> None:
    pass


class _Announcing(uvicorn.Server):
    """A server that says when it has started, and when it is about to stop."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._say_started = started
        self._say_stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._say_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._say_stopping()
        await super().shutdown(sockets)


def serve(server: uvicorn.Server, bound: socket.socket) -> None:
    """Serve on the main thread until SIGINT or SIGTERM, then return."""
    # uvicorn raises the signal again after its own shutdown, for whoever held it before: that is us,
    # and there is still to close.
    on_stop(lambda: None)
    search_seldom()
    server.run(sockets=[bound])


def serve_beside(server: uvicorn.Server, bound: socket.socket) -> Thread:
    """Serve on a thread of its own, until `server.should_exit` is set."""
    thread = Thread(target=server.run, kwargs={"sockets": [bound]}, name="simulator", daemon=True)
    thread.start()
    return thread
