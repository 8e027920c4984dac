"""The simulator's answers to those who create tasks and fetch what came of them."""

import secrets
from itertools import count
from random import Random

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import ValidationError

from app.simulator import answers, refusals
from app.simulator.chance import models
from app.simulator.create import CreateTask, make_task
from app.simulator.ids import decode
from app.simulator.kinds import Kind
from app.simulator.lifecycle import SimulatedTask, Status, status
from app.simulator.moods.lateness import lateness
from app.simulator.png import paint
from app.simulator.results import SUFFIXES, kind_of
from app.simulator.state import State, visit_of


class Routes:
    """One simulator's handlers, with what its maker decided."""

    def __init__(self, state: State, *, seed: int) -> None:
        self._state = state
        self._seed = seed
        self._numbers = count()
        # Salts start anywhere, lest two simulators of one seed give the same id at the same moment.
        self._first_salt = secrets.randbelow(1 << 16)

    async def create(self, kind: Kind, request: Request) -> Response:
        """Create a task; the n-th one of a seed and model always fares the same."""
        asked = _parse(await request.body(), kind)
        number = next(self._numbers)
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 - it must be possible to repeat.
        salt = (self._first_salt + number) % (1 << 16)
        now = self._state.now()
        task = make_task(asked, now=now, rng=rng, salt=salt)
        visit_of(request).answered(now=now)
        return JSONResponse(answers.created(task, skew=self._state.told_time() - now))

    async def picture(self, task_id: str, number: int) -> Response:
        """Show a completed task's picture to anyone, as a CDN does."""
        self._require_file(task_id, number, "png")
        return Response(paint(f"{task_id}/{number}"), media_type="image/png")

    async def file(self, task_id: str, number: int, suffix: str) -> Response:
        """Give a completed task's file that is no picture: a line that says what it stands for."""
        task = self._require_file(task_id, number, suffix)
        return PlainTextResponse(f"A simulated .{suffix} by {task.model}.\n")

    async def about(self) -> Response:
        """Say what this is to whoever opens it in a browser."""
        return PlainTextResponse("A simulated LemonData image API, for trying Lemonwatch.\n")

    def _require_file(self, task_id: str, number: int, suffix: str) -> SimulatedTask:
        task = decode(task_id)
        if task is None:
            raise refusals.unknown_task()
        now = self._state.now() - lateness(self._state.moods(), task_id)
        done = status(task, now=now) is Status.COMPLETED
        if not done or not 1 <= number <= task.images or suffix not in SUFFIXES[kind_of(task)]:
            raise refusals.no_file()
        return task


def _parse(body: bytes, kind: Kind) -> CreateTask:
    try:
        asked = CreateTask.model_validate_json(body)
    except ValidationError as error:
        raise refusals.malformed(error) from error
    if asked.model not in models(kind):
        raise refusals.unknown_model(asked.model, models(kind))
    return asked
