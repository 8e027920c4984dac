"""One POST and its answer as HTTP/1.1: bytes to send, and bytes heard as far as they are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import h11

from app.deliver.reply import NoAnswer
from app.outbox.states import Fault

MOST_OF_HEAD = 32 * 1024  # bytes, of all heads together
MOST_INTERIM = 32  # Answers (1xx) before the one that counts.
MOST_READ = 64 * 1024  # bytes of a body
MOST_CHUNKS = 64  # Each takes as long to read as many bytes do.
AT_ONCE = 4 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver said: the beginning of `body`, undecoded, if it goes on for long."""

    status: int
    retry_after: str  # Empty where it said none.
    body: bytes
    is_whole: bool


class Exchange:
    """A request to be sent as `request`, and what is heard after it.

    Whoever answers may send any number of 1xx, headers without end, or a body in crumbs: it is read
    in small pieces, each limited in all that it may hold.
    """

    def __init__(self, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        """Post `body` to `target`, a path and a query."""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_OF_HEAD)
        head = h11.Request(
            method="POST", target=target, headers=[*headers, ("Content-Length", str(len(body)))]
        )
        parts = (head, h11.Data(data=body), h11.EndOfMessage())
        self.request = b"".join(self._http.send(part) or b"" for part in parts)
        self._head = 0
        self._interim = 0
        self._status: int | None = None  # Once the head is over.
        self._retry_after = ""
        self._body = bytearray()
        self._chunks = 0

    def hear(self, data: bytes) -> Answer | None:
        """Hear what came, or b"" at its end; return the answer once there is enough of it.

        Raises NoAnswer where there will be none.
        """
        try:
            for start in range(0, len(data) or 1, AT_ONCE):
                piece = data[start : start + AT_ONCE]
                self._limit_head(piece)
                self._http.receive_data(piece)
                if answer := self._next():
                    return answer
        except h11.RemoteProtocolError:
            raise NoAnswer(Fault.MALFORMED if data else Fault.DISCONNECTED) from None
        return None

    def _limit_head(self, piece: bytes) -> None:
        if self._status is not None:
            return
        self._head += len(piece)
        if self._head > MOST_OF_HEAD:
            raise NoAnswer(Fault.MALFORMED)

    def _next(self) -> Answer | None:
        while (event := self._http.next_event()) is not h11.NEED_DATA:
            match event:
                case h11.InformationalResponse():
                    self._interim += 1
                    if self._interim > MOST_INTERIM:
                        raise NoAnswer(Fault.MALFORMED)
                case h11.Response():
                    self._status = event.status_code
                    said = [value for name, value in event.headers if name == b"retry-after"]
                    self._retry_after = b", ".join(said).decode("latin-1")
                case h11.Data():
                    self._body += event.data
                    self._chunks += 1
                    if len(self._body) >= MOST_READ or self._chunks >= MOST_CHUNKS:
                        return self._answer(is_whole=False)
                case h11.EndOfMessage():
                    return self._answer(is_whole=True)
                case _:
                    raise NoAnswer(Fault.DISCONNECTED)
        return None

    def _answer(self, *, is_whole: bool) -> Answer:
        status = cast("int", self._status)
        return Answer(status, self._retry_after, bytes(self._body), is_whole)
