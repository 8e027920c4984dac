"""The simulator as an ASGI app: a LemonData to try against and to test against."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from app.simulator.control import Control
from app.simulator.door import Door
from app.simulator.kinds import Kind, creating_path, reading_paths
from app.simulator.moods.moods import Moods
from app.simulator.reading import Reading
from app.simulator.refusals import Refused
from app.simulator.routes import Routes
from app.simulator.state import State
from app.simulator.wire import Wired

CALM = Moods()


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def create_simulator(
    *,
    api_key: str | None,
    seed: int,
    public_url: str | None = None,
    latency: timedelta = timedelta(),
    clock: Callable[[], datetime] = utc_now,
    moods: Moods = CALM,
) -> FastAPI:
    """Make a LemonData that remembers nothing, since a task's id says everything about it.

    Without an `api_key` any `sk-...` is good. Pictures are at `public_url`, or at the address that
    the poll was sent to. Every answer of the API is held back for `latency`. It starts in these
    `moods`. It dates its answers, so whatever serves it must not.
    """
    state = State(moods=moods, clock=clock)
    routes = Routes(state, seed=seed)
    door = Door(state, api_key=api_key, seed=seed, latency=latency)
    reading = Reading(state, seed=seed, public_url=public_url)
    app = Wired(
        told_time=state.told_time,
        title="Simulated LemonData", openapi_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.add_api_route("/", routes.about)
    app.add_api_route("/pictures/{task_id}/{number:int}.png", routes.picture)
    app.add_api_route("/files/{task_id}/{number:int}.{suffix}", routes.file)
    app.include_router(Control(state).router())
    app.include_router(_guarded(door, routes, reading))
    app.add_exception_handler(Refused, _refuse)
    app.add_exception_handler(HTTPException, _refuse)
    return app


def _guarded(door: Door, routes: Routes, reading: Reading) -> APIRouter:
    api = APIRouter(prefix="/v1", dependencies=[Depends(door.admit)])
    for kind in Kind:
        api.add_api_route(creating_path(kind), partial(routes.create, kind), methods=["POST"])
        for path in reading_paths(kind):
            api.add_api_route(path, partial(reading.read, kind))
    api.add_api_route("/tasks/{task_id}", partial(reading.read, None))
    return api


async def _refuse(_: Request, error: Exception) -> Response:
    match error:
        case Refused(status=status, body=body, headers=headers):
            return JSONResponse(body, status_code=status, headers=headers)
        case HTTPException(status_code=status, detail=reason):
            # The router's own 404 and 405 get the envelope too.
            return JSONResponse(Refused(status, "unknown_url", reason).body, status_code=status)
        case _:
            raise error
