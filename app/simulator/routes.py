"""The simulator's answers to HTTP requests; the clock is read here and nowhere else."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
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
from app.simulator.png import paint
from app.simulator.results import SUFFIXES, kind_of


class Routes:
    """One simulator's handlers, with what its maker decided."""

    def __init__(
        self,
        *,
        api_key: str | None,
        seed: int,
        public_url: str | None,
        latency: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._api_key = api_key
        self._seed = seed
        self._public_url = public_url
        self._latency = latency
        self._clock = clock
        self._numbers = count()
        # Salts start anywhere, lest two simulators of one seed give the same id at the same moment.
        self._first_salt = secrets.randbelow(1 << 16)

    async def admit(self, request: Request) -> None:
        """Let a request with a good key in, after the delay asked for."""
        await asyncio.sleep(self._latency.total_seconds())
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._opens(key.strip()):
            raise refusals.bad_key()

    async def create(self, kind: Kind, request: Request) -> Response:
        """Create a task; the n-th one of a seed and model always fares the same."""
        asked = _parse(await request.body(), kind)
        number = next(self._numbers)
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 - it must be possible to repeat.
        salt = (self._first_salt + number) % (1 << 16)
        task = make_task(asked, now=self._clock(), rng=rng, salt=salt)
        return JSONResponse(answers.created(task))

    async def read(self, kind: Kind | None, request: Request, task_id: str) -> Response:
        """Say how a task stands; a path for one `kind` knows no other."""
        task = _find(task_id)
        if kind not in (None, kind_of(task)):
            raise refusals.unknown_task()
        site = (self._public_url or str(request.base_url)).rstrip("/")
        return JSONResponse(answers.standing(task, now=self._clock(), site=site))

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
        task = _find(task_id)
        done = status(task, now=self._clock()) is Status.COMPLETED
        if not done or not 1 <= number <= task.images or suffix not in SUFFIXES[kind_of(task)]:
            raise refusals.no_file()
        return task

    def _opens(self, key: str) -> bool:
        if self._api_key is None:
            return key.startswith("sk-") and key != "sk-"
        # Headers arrive as Latin-1, which gives back the very bytes that were sent.
        return secrets.compare_digest(key.encode("latin-1"), self._api_key.encode())


def _parse(body: bytes, kind: Kind) -> CreateTask:
    try:
        asked = CreateTask.model_validate_json(body)
    except ValidationError as error:
        raise refusals.malformed(error) from error
    if asked.model not in models(kind):
        raise refusals.unknown_model(asked.model, models(kind))
    return asked


def _find(task_id: str) -> SimulatedTask:
    task = decode(task_id)
    if task is None:
        raise refusals.unknown_task()
    return task
