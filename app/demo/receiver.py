"""A webhook receiver for the demo: listens on a port of its own and verifies what comes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from app.clock import utc_now
from app.verify.explain import explain


@dataclass(frozen=True, slots=True)
class Arrival:
    """A webhook that came and is what it says: when, of which event, of which task."""

    at: datetime
    id: str
    type: str
    task_id: str


class Receiver:
    """Keeps what came and verified, and counts what did not."""

    def __init__(self) -> None:
        """Have no secret yet: it comes with the endpoint, which needs the URL first."""
        self.secret = ""
        self.arrivals: list[Arrival] = []
        self.refused = 0
        self.url = ""
        self._lock = Lock()  # Each message comes on a thread of its own.

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        """Take a message and return the status to answer; what does not verify is not believed."""
        # The signature is over the very bytes, so nothing is parsed before this.
        parts = explain(headers, body, self.secret, now=utc_now())
        if not all(part.ok for part in parts):
            self.refused += 1
            return 401
        event = json.loads(body)
        # One that comes again is answered and not kept again: a delivery may come twice.
        with self._lock:
            if event["id"] not in [one.id for one in self.arrivals]:
                task_id = event["data"]["task_id"]
                self.arrivals.append(Arrival(utc_now(), event["id"], event["type"], task_id))
        return 204


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of 127.0.0.1 until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.receive(headers, body))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing; the demo tells what it sees."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()
