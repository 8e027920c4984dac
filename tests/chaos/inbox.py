"""A receiver that answers when it is told to, and keeps what came."""

from collections import Counter
from threading import Event

from standardwebhooks import Webhook

from tests.e2e.service import PATIENCE
from tests.fakes import FakeServer, Reply, Request

Posted = tuple[str, str]  # The place, and the `webhook-id`.


class Inbox:
    """Keeps what comes, and answers nothing until it is open."""

    def __init__(self) -> None:
        """Be closed."""
        self.opened = Event()
        self.server = FakeServer("", [])

    def answer(self, _: Request) -> Reply:
        """Take it, once that is allowed."""
        self.opened.wait(PATIENCE)
        return Reply(204)

    @property
    def posts(self) -> list[Posted]:
        """What has come so far, in that order."""
        return [(one.path, one.headers["webhook-id"]) for one in list(self.server.requests)]

    def times(self) -> Counter[Posted]:
        """Return how often each has come."""
        return Counter(self.posts)

    def bodies(self) -> set[tuple[str, bytes]]:
        """Return every body that came under each id; more than one under the same is a fault."""
        return {(one.headers["webhook-id"], one.body) for one in self.server.requests}

    def verify(self, secrets: dict[str, str]) -> None:
        """Raise if anything that came is not signed with the secret of its place."""
        for one in self.server.requests:
            Webhook(secrets[one.path]).verify(one.body, one.headers)
