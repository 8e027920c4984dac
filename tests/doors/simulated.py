"""A simulator behind a test client, with a clock that tests move."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from app.simulator.app import create_simulator

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
    settings: dict[str, Any] = {"api_key": KEY, "seed": 1} | knobs
    return TestClient(create_simulator(**settings), headers=BEARER)


def create(client: Any, kind: str = "images", **asked: Any) -> dict[str, Any]:
    """Create a task of this kind that takes ten seconds, unless asked otherwise."""
    body = {"model": MODELS[kind], "prompt": "A lemon", "simulate": {"seconds": 10}} | asked
    made = client.post(f"/v1/{kind}/generations", json=body).raise_for_status()
    answer: dict[str, Any] = made.json()
    return answer
