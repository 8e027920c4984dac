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
from app.simulator.chance import HABITS
from app.simulator.create import CreateImages, make_task
from app.simulator.ids import decode
from app.simulator.lifecycle import SimulatedTask, Status, status
from app.simulator.png import paint


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

    async def create(self, request: Request) -> Response:
        """Create a task; the n-th one of a seed and model always fares the same."""
        asked = _parse(await request.body())
        number = next(self._numbers)
        rng = Random(f"{self._seed}/{number}")  # noqa: S311 - it must be possible to repeat.
        salt = (self._first_salt + number) % (1 << 16)
        task = make_task(asked, now=self._clock(), rng=rng, salt=salt)
        return JSONResponse(answers.created(task))

    async def read(self, request: Request, task_id: str) -> Response:
        """Say how a task stands."""
        site = (self._public_url or str(request.base_url)).rstrip("/")
        return JSONResponse(answers.standing(_find(task_id), now=self._clock(), site=site))

    async def picture(self, task_id: str, number: int) -> Response:
        """Show a completed task's picture to anyone, as a CDN does."""
        task = _find(task_id)
        done = status(task, now=self._clock()) is Status.COMPLETED
        if not done or not 1 <= number <= task.images:
            raise refusals.no_picture()
        return Response(paint(f"{task_id}/{number}"), media_type="image/png")

    async def about(self) -> Response:
        """Say what this is to whoever opens it in a browser."""
        return PlainTextResponse("A simulated LemonData image API, for trying Lemonwatch.\n")

    def _opens(self, key: str) -> bool:
        if self._api_key is None:
            return key.startswith("sk-") and key != "sk-"
        # Headers arrive as Latin-1, which gives back the very bytes that were sent.
        return secrets.compare_digest(key.encode("latin-1"), self._api_key.encode())


def _parse(body: bytes) -> CreateImages:
    try:
        asked = CreateImages.model_validate_json(body)
    except ValidationError as error:
        raise refusals.malformed(error) from error
    if asked.model not in HABITS:
        raise refusals.unknown_model(asked.model, HABITS)
    return asked


def _find(task_id: str) -> SimulatedTask:
    task = decode(task_id)
    if task is None:
        raise refusals.unknown_task()
    return task
