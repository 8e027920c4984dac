"""A receiver of webhooks that does it right, with nothing but Python's own library.

    WEBHOOK_SECRET=whsec_… python receiver.py 9000 inbox.db

It verifies the bytes as they came, keeps each event once, answers at once, and works on it afterwards:
also after a crash; and an event that comes again is not worked on again. While a secret is being
rotated, give both with a space between them.
"""

import hmac
import os
import sqlite3
import sys
import traceback
from base64 import b64decode, b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import time
from typing import Any

KEYS = [b64decode(secret.removeprefix("whsec_")) for secret in os.environ["WEBHOOK_SECRET"].split()]
TOLERANCE = 300  # Seconds; what is older may be a replay.
LARGEST = 65536  # Bytes; no event is larger.
INBOX = sqlite3.connect(sys.argv[2], isolation_level=None, check_same_thread=False)
lock, news = Lock(), Event()


def sql(statement: str, *values: object) -> list[Any]:
    """Run a statement and commit."""
    with lock:
        return INBOX.execute(statement, values).fetchall()


def is_signed(event_id: str, at: str, signatures: str, body: bytes) -> bool:
    """Tell whether one of our secrets signed these bytes, and lately."""
    if not at.isdecimal() or abs(time() - int(at)) > TOLERANCE:
        return False
    signed = b".".join((event_id.encode(), at.encode(), body))
    right = [b"v1," + b64encode(hmac.digest(key, signed, sha256)) for key in KEYS]
    # Compared in a time that does not tell how much of it was right.
    return any(hmac.compare_digest(a, b) for a in right for b in signatures.encode().split())


class Handler(BaseHTTPRequestHandler):
    """Answers 204 once the event is kept, 401 to what we did not ask for."""

    timeout = 10  # Seconds, for who sends slowly.

    def do_POST(self) -> None:
        """Take an event."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            return self.answer(413)
        body = self.rfile.read(int(length))
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        event_id, at, signatures = (self.headers.get(name, "") for name in names)
        if not is_signed(event_id, at, signatures, body):
            return self.answer(401)
        sql("INSERT OR IGNORE INTO inbox VALUES (?, ?, 0)", event_id, body)
        news.set()
        return self.answer(204)

    def answer(self, status: int) -> None:
        """Answer without a body."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def work(event_id: str, body: bytes) -> None:
    """Do what there is to do, which may take its time: here the event is printed."""
    print(event_id, body.decode(), flush=True)


def work_on() -> None:
    """Work on what is kept, one after the other; what fails, or a crash cuts short, is begun anew."""
    while True:
        news.wait(60)
        news.clear()
        for event_id, body in sql("SELECT id, body FROM inbox WHERE NOT done ORDER BY rowid"):
            try:
                work(event_id, body)
            except Exception:  # noqa: BLE001 - One that fails does not keep the others from being done.
                traceback.print_exc()  # It is tried again within a minute.
            else:
                sql("UPDATE inbox SET done = 1 WHERE id = ?", event_id)


if __name__ == "__main__":
    sql("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, body BLOB, done INT)")
    news.set()  # There may be some left from before.
    Thread(target=work_on, daemon=True).start()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
