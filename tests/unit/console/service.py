"""A service for the command line to talk to, which says what the test has it say."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from app.console.service import Service

Say = Callable[[BaseHTTPRequestHandler], object]


@contextmanager
def service_that(say: Say) -> Iterator[Service]:
    """Have `say` answer every request, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            say(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            say(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield Service(f"http://127.0.0.1:{server.server_address[1]}", "key")
        finally:
            server.shutdown()


def answer(to: BaseHTTPRequestHandler, body: bytes) -> None:
    """Answer 200 with this."""
    to.send_response(200)
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body)
