"""The demo's service, as the demo talks to it: over HTTP like anyone else."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from app.accounts.environment import SIMULATOR_KEY
from app.console.service import JSON, Service, client
from app.demo.cast import Part
from app.errors import LemonwatchError
from app.simulator.kinds import creating_path


class Talk:
    """The API, and the simulator that stands in for LemonData behind it."""

    def __init__(self, address: str, key: str) -> None:
        """Ask the service where its simulator is."""
        self.api = Service(address, key)
        self.simulator = self.api.get("/healthz")["simulator"]
        self._simulator = client(self.simulator, SIMULATOR_KEY)

    def make(self, part: Part) -> JSON:
        """Make a task at the simulator; return its create answer, as LemonData would give it."""
        try:
            answer = self._simulator.post(f"/v1{creating_path(part.kind)}", json=part.wanted)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise LemonwatchError(f"The simulator made no task: {error}") from None
        created: JSON = answer.json()
        return created

    def endpoint(self, url: str) -> str:
        """Have every end told to `url`; return the secret that it will be signed with."""
        made = self.api.post("/v1/webhooks", {"url": url, "events": ["*"], "description": "demo"})
        return str(made["secret"])

    def register(self, part: Part) -> JSON:
        """Hand a create answer over as it is."""
        return self.api.post("/v1/tasks", _named(part, self.make(part)))

    def register_together(self, parts: Sequence[Part]) -> list[JSON]:
        """Hand several over at once; return their tasks in the same order."""
        bodies = [_named(part, self.make(part)) for part in parts]
        answers = self.api.post("/v1/tasks/batch", {"tasks": bodies})["items"]
        if refused := [one["error"]["detail"] for one in answers if not one.get("task")]:
            raise LemonwatchError(f"The batch was not taken: {refused[0]}")
        return [one["task"] for one in answers]

    def cancel(self, task_id: str) -> None:
        """Stop watching it."""
        self.api.delete(f"/v1/tasks/{task_id}")

    def tasks(self) -> Mapping[str, JSON]:
        """Return the history by the tasks' ids, oldest first."""
        items = self.api.get("/v1/tasks", order="asc", limit=100)["items"]
        return {task["task_id"]: task for task in items}

    def timeline(self, task_id: str) -> list[JSON]:
        """Return what happened to a task."""
        items: list[JSON] = self.api.get(f"/v1/tasks/{task_id}/timeline")["items"]
        return items


def _named(part: Part, created: JSON) -> dict[str, Any]:
    return {**created, "metadata": {"demo": part.name}}
