"""A webhook receiver for the demo: listens on a port of its own and verifies what comes."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any

Verify = Callable[[bytes, dict[str, str]], Any]


class Receiver:
    """Receives webhooks on 127.0.0.1; `received` holds what passed, `refused` counts the rest."""

    def __init__(self, verify: Verify) -> None:
        """Start to listen; `verify` returns the event or raises."""
        self.received: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.refused = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(verify))
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop to listen."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(receiver, verify: Verify) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    # The signature is over the very bytes, so nothing is parsed before this.
                    event = verify(body, {k.lower(): v for k, v in self.headers.items()})
                except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not accepted
                    receiver.refused += 1
                    self.send_response(401)
                else:
                    receiver.received.put(event)
                    self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing; the demo tells what it sees."""

        return Handler
