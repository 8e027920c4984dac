"""Who gets in below `/v1`: a good key, while no mood keeps everybody out and the rate allows it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random

from fastapi import Request

from app.simulator import refusals
from app.simulator.ids import decode
from app.simulator.moods.lateness import ends_at, lateness
from app.simulator.moods.moods import Moods
from app.simulator.moods.rate import Allowance, Windows
from app.simulator.moods.strike import Draw
from app.simulator.moods.striking import at_the_door, throttle
from app.simulator.report.counts import Arrival
from app.simulator.state import State
from app.simulator.wire import tell


class Door:
    """One simulator's door."""

    def __init__(self, state: State, *, api_key: str | None, seed: int, latency: timedelta) -> None:
        self._state = state
        self._api_key = api_key
        self._latency = latency
        self._rng = Random(f"{seed}/door")  # noqa: S311 - it must be possible to repeat.
        self._windows = Windows()

    async def admit(self, request: Request) -> AsyncIterator[None]:
        """Let a request in after the delay asked for, and hold it as under way until it is answered."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        key = key.strip()
        now = self._state.now()
        visit = self._state.report.arrive(self._arrival(request, key), now=now)
        request.state.visit = visit
        try:
            await asyncio.sleep(self._latency.total_seconds())
            if scheme.lower() != "bearer" or not self._opens(key):
                raise refusals.bad_key()
            self._judge(request, key)
            yield
        finally:
            visit.leave()

    def _judge(self, request: Request, key: str) -> None:
        moods = self._state.moods()
        if strike := at_the_door(moods, Draw.of(self._rng)):
            raise self._state.refuse(request, strike)
        if moods.rate_limit is None:
            return
        allowance = self._windows.spend(key, limit=moods.rate_limit, now=self._state.now())
        if moods.rate_headers:
            tell(request.scope, _headers(allowance, moods))
        if allowance.wait:
            raise self._state.refuse(request, throttle("rate_limit", allowance.wait))

    def _arrival(self, request: Request, key: str) -> Arrival:
        moods = self._state.moods()
        task_id = request.path_params.get("task_id")
        task = decode(task_id) if task_id else None
        late_by = lateness(moods, task_id) if task_id else timedelta()
        return Arrival(
            key=key,
            task_id=task_id if task else None,
            ends_at=ends_at(task, late_by=late_by) if task else None,
            polling=task_id is not None,
            paused=moods.pause > 0,
        )

    def _opens(self, key: str) -> bool:
        if self._api_key is None:
            return key.startswith("sk-") and key != "sk-"
        # Headers arrive as Latin-1, which gives back the very bytes that were sent.
        return secrets.compare_digest(key.encode("latin-1"), self._api_key.encode())


def _headers(allowance: Allowance, moods: Moods) -> dict[str, str]:
    reset = (allowance.resets_at + timedelta(seconds=moods.skew)).timestamp()
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(int(reset)),
    }
