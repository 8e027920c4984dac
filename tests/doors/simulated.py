"""A simulator behind a test client or on a socket, with a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.simulator.app import create_simulator
from app.start.serve import make_server, serve_beside
from app.start.sockets import listen, url_of

KEY = "sk-lemon"
BEARER = {"Authorization": f"Bearer {KEY}"}
MODELS = {
    "images": "flux-pro",
    "videos": "sim-video",
    "music": "sim-music",
    "3d": "sim-3d",
}


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def step(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += timedelta(seconds=seconds)


def connect(**knobs: Any) -> TestClient:
    """Make a new simulator and a client with a key for it."""
    return TestClient(_make(knobs), headers=BEARER)


def create(client: Any, kind: str = "images", **asked: Any) -> dict[str, Any]:
    """Create a task of this kind that takes ten seconds, unless asked otherwise."""
    body = {"model": MODELS[kind], "prompt": "A lemon", "simulate": {"seconds": 10}} | asked
    made = client.post(f"/v1/{kind}/generations", json=body).raise_for_status()
    answer: dict[str, Any] = made.json()
    return answer


def be(client: Any, **moods: Any) -> None:
    """Put the simulator in these moods and in no others."""
    client.put("/moods", json=moods).raise_for_status()


def code(answer: Any) -> str | None:
    """Read the error's code, or None where there is no error."""
    found: str | None = answer.json().get("error", {}).get("code")
    return found


@contextmanager
def on_a_socket(**knobs: Any) -> Iterator[httpx.Client]:
    """Serve a simulator as the service does, and call it over a real connection."""
    bound = listen("127.0.0.1", 0, advice="")
    server = make_server(_make(knobs), dated=True)
    thread = serve_beside(server, bound)
    try:
        with httpx.Client(base_url=url_of(bound), headers=BEARER, trust_env=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


def _make(knobs: dict[str, Any]) -> FastAPI:
    settings: dict[str, Any] = {"api_key": KEY, "seed": 1} | knobs
    return create_simulator(**settings)
