"""The simulator's control surface, which LemonData has not: its moods and its report, without a key."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError

from app.simulator import refusals
from app.simulator.moods.moods import Moods
from app.simulator.moods.words import explain
from app.simulator.state import State


class Control:
    """One simulator's control surface."""

    def __init__(self, state: State) -> None:
        self._state = state

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/moods", self.moods)
        router.add_api_route("/moods", self.replace, methods=["PUT"])
        router.add_api_route("/moods", self.change, methods=["PATCH"])
        router.add_api_route("/report", self.report)
        router.add_api_route("/report", self.begin, methods=["DELETE"], status_code=204)
        return router

    async def moods(self) -> Moods:
        """Say which moods the simulator is in; of a pause and an outage, what is left."""
        return self._state.moods()

    async def replace(self, request: Request) -> Moods:
        """Be in the moods named and in no others."""
        wanted = await _wanted(request)
        try:
            return self._state.temper.replace(wanted, now=self._state.now())
        except ValidationError as error:
            raise refusals.bad_moods(explain(error)) from error

    async def change(self, request: Request) -> Moods:
        """Change the moods named and leave the others."""
        wanted = await _wanted(request)
        try:
            return self._state.temper.change(wanted, now=self._state.now())
        except ValidationError as error:
            raise refusals.bad_moods(explain(error)) from error

    async def report(
        self,
        task_id: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI makes a new one
        limit: Annotated[int, Query(ge=0, le=100_000)] = 100,
        seconds: Annotated[int, Query(ge=0, le=3600)] = 60,
    ) -> dict[str, Any]:
        """Tell the counts, of the newest `limit` tasks or of those named."""
        return self._state.report.shown(only=task_id, limit=limit, seconds=seconds)

    async def begin(self) -> None:
        """Count anew."""
        self._state.begin_report()


async def _wanted(request: Request) -> dict[str, Any]:
    try:
        wanted = json.loads(await request.body())
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise refusals.bad_moods('Moods are a JSON object, such as {"errors": 0.3}.')
    return wanted
