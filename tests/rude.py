"""Receivers with bad manners: raw bytes over real sockets, each connection on a thread of its own."""

import os
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

FEW = (
    64 * 1024
)  # Bytes that the system may hold for us: what is counted was taken by the other side.


class Caller:
    """Who posted to us; `taken` counts the bytes that it let us send."""

    def __init__(self, line: socket.socket, is_over: Event) -> None:
        """Talk over `line`, not for ever."""
        self.line = line
        self.taken = 0
        self._is_over = is_over

    def hear(self) -> bytes:
        """Read the request to its end, since closing before that would reset the connection."""
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += self._more()
        head, _, body = heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        while len(body) < length:
            body += self._more()
        return head

    def say(self, words: bytes) -> None:
        """Send all of it, or as much as is taken."""
        left = memoryview(words)
        while left:
            sent = self.line.send(left)
            self.taken += sent
            left = left[sent:]

    def repeat(self, words: bytes, *, every: float = 0) -> None:
        """Send it again and again, until the other side has had enough."""
        while not self._is_over.wait(every) if every else not self._is_over.is_set():
            self.say(words)

    def wait(self) -> None:
        """Say nothing until the other side goes away."""
        while self.line.recv(FEW):
            pass

    def reset(self) -> None:
        """Break the connection off."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.line.close()

    def blurt(self, words: bytes) -> None:
        """Speak past the TLS that was agreed on."""
        with socket.socket(fileno=os.dup(self.line.fileno())) as bare:
            bare.sendall(words)

    def _more(self) -> bytes:
        more = self.line.recv(FEW)
        if not more:
            raise ConnectionAbortedError
        return more


Manners = Callable[[Caller], None]


@dataclass
class Rude:
    """Where it is, who knocked, and what was posted."""

    port: int
    callers: list[Caller] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    asked: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def taken(self) -> int:
        """How many bytes could be sent to all callers."""
        return sum(caller.taken for caller in self.callers)


def answer(words: bytes) -> Manners:
    """Answer with these bytes, and close."""
    return lambda caller: caller.say(words)


def silence(caller: Caller) -> None:
    """Never answer."""
    caller.wait()


def drip(beginning: bytes, drop: bytes = b" ") -> Manners:
    """Send the beginning, then a drop at a time, so that no single read takes long."""

    def manners(caller: Caller) -> None:
        caller.say(beginning)
        caller.repeat(drop, every=0.02)

    return manners


def pour(beginning: bytes, more: bytes) -> Manners:
    """Send the beginning, then the rest as fast as it is taken."""

    def manners(caller: Caller) -> None:
        caller.say(beginning)
        caller.repeat(more)

    return manners


@contextmanager
def rude(
    manners: Manners,
    *,
    tls: ssl.SSLContext | None = None,
    at: tuple[str, int] = ("127.0.0.1", 0),
    hears: bool = True,
) -> Iterator[Rude]:
    """Serve with these manners until the block ends; who does not hear begins before the request."""
    is_over = Event()
    lines: list[socket.socket] = []
    threads: list[Thread] = []
    with socket.create_server(at, backlog=128) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, FEW)
        server = Rude(door.getsockname()[1])

        def attend(line: socket.socket) -> None:
            # Who goes away in the middle is what most of the tests are about.
            with suppress(OSError), line:
                caller = Caller(line, is_over)
                server.callers.append(caller)
                if tls:
                    caller.line = tls.wrap_socket(line, server_side=True)
                with caller.line:
                    if hears:
                        server.heads.append(caller.hear())
                    server.asked.set()
                    manners(caller)

        def accept() -> None:
            while True:
                line, _ = door.accept()
                if is_over.is_set():
                    line.close()
                    return
                lines.append(line)
                threads.append(Thread(target=attend, args=(line,), daemon=True))
                threads[-1].start()

        doorman = Thread(target=accept, daemon=True)
        doorman.start()
        try:
            yield server
        finally:
            is_over.set()
            with socket.socket() as last:
                last.connect(door.getsockname())
            doorman.join(10)
            for line in lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(10)
