"""The running service, as the demo talks to it."""

from typing import Any, Self

import httpx

from app.accounts.environment import SIMULATOR_KEY
from app.console.service import JSON, address, client, key_of
from app.errors import Misconfigured
from app.settings import Settings


class Service:
    """The API and the simulator behind it, over HTTP like anyone else."""

    def __init__(self, api: httpx.Client, simulator: httpx.Client) -> None:
        """Talk through these two clients."""
        self._api = api
        self._simulator = simulator

    @classmethod
    def find(cls, settings: Settings) -> Self:
        """Find the running service, or raise Misconfigured saying what to start."""
        url = address(settings)
        try:
            simulator = httpx.get(f"{url}/healthz", trust_env=False).json()["simulator"]
        except (httpx.HTTPError, ValueError, KeyError):
            raise Misconfigured(f"Nothing answers at {url}: start `./dev run` first.") from None
        if simulator is None:
            raise Misconfigured(
                "The service asks LemonData itself; the demo makes tasks at the built-in "
                "simulator. Start the service without LEMONDATA_API_KEY."
            )
        return cls(
            client(url, key_of(settings)),
            client(simulator, SIMULATOR_KEY),
        )

    def make_task(self, **wanted: Any) -> JSON:
        """Make a task at the simulator; return its create answer, as LemonData would give it."""
        return _read(self._simulator.post("/v1/images/generations", json=wanted))

    def register(self, created: JSON, *, webhook_url: str, name: str) -> JSON:
        """Hand the create answer over, as it is, with a URL to be told at."""
        body = {**created, "webhook_url": webhook_url, "metadata": {"demo": name}}
        return _read(self._api.post("/v1/tasks", json=body))

    def task(self, task_id: str) -> JSON:
        """Look the task up in the history."""
        return _read(self._api.get(f"/v1/tasks/{task_id}"))

    def webhook_secret(self) -> str:
        """Ask for the secret that signs this client's webhooks."""
        return str(_read(self._api.get("/v1/me/webhook-secret"))["secret"])


def _read(response: httpx.Response) -> JSON:
    response.raise_for_status()
    found: JSON = response.json()
    return found
