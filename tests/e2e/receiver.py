"""A receiver of webhooks: what it was told, by task, and under which ids."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from standardwebhooks import Webhook

from tests.fakes import FakeServer, Reply, Request, serving


class Receiver:
    """Keeps whatever comes."""

    def __init__(self, server: FakeServer, answered: list[Request]) -> None:
        """Read what came to this server, and what it answered."""
        self._server = server
        self._answered = answered
        self.url = f"{server.url}/hook"

    @property
    def count(self) -> int:
        """How many webhooks have come, the same one twice counted twice."""
        return len(self._server.requests)

    @property
    def waited_for(self) -> int:
        """How many webhooks have come and are not answered yet."""
        return self.count - len(self._answered)

    def ids(self) -> dict[str, set[str]]:
        """Return the ids under which each task's end was told."""
        told = defaultdict(set)
        for request in list(self._server.requests):
            event = json.loads(request.body)
            told[event["data"]["task_id"]].add(request.headers["webhook-id"])
        return dict(told)

    def verified(self, secret: str) -> dict[str, dict[str, Any]]:
        """Return the event about each task; raise if a signature is wrong."""
        webhook = Webhook(secret)
        events = [
            webhook.verify(request.body, request.headers) for request in self._server.requests
        ]
        return {event["data"]["task_id"]: event for event in events}


@contextmanager
def receiving(*, delay: float = 0.0) -> Iterator[Receiver]:
    """Receive until the block ends; each answer takes `delay` seconds."""
    answered: list[Request] = []

    def answer(request: Request) -> Reply:
        time.sleep(delay)
        answered.append(request)
        return Reply(204)

    with serving(answer) as server:
        yield Receiver(server, answered)
