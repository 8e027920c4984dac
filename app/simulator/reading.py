"""How a task stands, told as the simulator's moods have it."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from app.simulator import answers, refusals
from app.simulator.ids import decode
from app.simulator.kinds import Kind
from app.simulator.lifecycle import SimulatedTask, Status, status
from app.simulator.moods import spoil
from app.simulator.moods.lateness import lateness
from app.simulator.moods.moods import Moods
from app.simulator.moods.strike import Asked, Draw, Page, Refuse, Retell, Spoil
from app.simulator.moods.striking import at_the_answer
from app.simulator.results import kind_of, without_urls
from app.simulator.state import State, visit_of

LIVE = (Status.PENDING, Status.PROCESSING)


class Reading:
    """One simulator's handler of status requests."""

    def __init__(self, state: State, *, seed: int, public_url: str | None) -> None:
        self._state = state
        self._public_url = public_url
        self._rng = Random(f"{seed}/answers")  # noqa: S311 - it must be possible to repeat.

    async def read(self, kind: Kind | None, request: Request, task_id: str) -> Response:
        """Say how a task stands; a path for one `kind` knows no other."""
        moods, visit = self._state.moods(), visit_of(request)
        task = _known(task_id, kind)
        # What is late is queued longer, so to it the time is earlier.
        now = self._state.now() - lateness(moods, task_id)
        stands = status(task, now=now) if task else None
        asked = Asked(
            unified=kind is None,
            age=self._state.now() - task.created if task else None,
            completed=stands is Status.COMPLETED,
        )
        strike = at_the_answer(moods, asked, Draw.of(self._rng))
        if isinstance(strike, Refuse):
            raise self._state.refuse(request, strike)
        if isinstance(strike, Page):
            visit.struck(strike.mood)
            return spoil.page(strike)
        if task is None:
            raise refusals.unknown_task()
        answer = answers.standing(
            task, now=now, site=self._site(request), skew=timedelta(seconds=moods.skew)
        )
        if strike is None:
            visit.answered(now=self._state.now(), ended=stands not in LIVE)
            return JSONResponse(answer)
        visit.struck(strike.mood)
        return _struck(answer, strike, moods)

    def _site(self, request: Request) -> str:
        return (self._public_url or str(request.base_url)).rstrip("/")


def _struck(answer: dict[str, Any], strike: Spoil | Retell, moods: Moods) -> Response:
    match strike:
        case Spoil(mood):
            return spoil.spoil(json.dumps(answer).encode(), mood=mood, moods=moods)
        case Retell(word=None):
            return JSONResponse(without_urls(answer))
        case Retell(word=word):
            return JSONResponse(answer | {"status": word})


def _known(task_id: str, kind: Kind | None) -> SimulatedTask | None:
    task = decode(task_id)
    return task if task and kind in (None, kind_of(task)) else None
