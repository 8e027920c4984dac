"""What every HTTP client of LemonData has in common: the headers, the times, the size of an answer."""

import zlib
from collections.abc import Mapping
from importlib.metadata import version

from app.upstream.port import LARGEST_BODY, Fault, Response, Unanswered

# A claim's lease outlasts this by far, so no task is ever asked for by two workers at once.
DEADLINE = 10.0  # seconds, over connecting, sending and reading together
CONNECT = 5.0  # seconds
KEEP = 60.0  # seconds that an idle connection is kept for the next round
HEADERS = {
    "User-Agent": f"lemonwatch/{version('lemonwatch')}",
    "Accept": "application/json",
    # An answer is small, and one that is not compressed cannot explode.
    "Accept-Encoding": "identity",
}
ENOUGH = LARGEST_BODY + 1  # bytes; one beyond the limit, and it is known that there is more
_INFLATES = {"gzip", "x-gzip", "deflate"}


def respond(status: int, headers: Mapping[str, str], raw: bytes) -> Response:
    """Make the response of what was read, which goes no further than a chunk beyond ENOUGH."""
    # Most by far: nothing that is compressed begins like an object, and headers are dear to read.
    if raw.startswith(b"{") and len(raw) < ENOUGH:
        return Response(status, headers, raw)
    body = _inflate(raw) if _is_compressed(headers.get("content-encoding")) else raw
    is_cut = len(raw) >= ENOUGH or len(body) >= ENOUGH
    return Response(status, headers, body[:LARGEST_BODY] if is_cut else body, is_cut)


def _is_compressed(encoding: str | None) -> bool:
    return encoding is not None and encoding.strip().lower() in _INFLATES


def _inflate(raw: bytes) -> bytes:
    """Undo a compression that we did not ask for, no further than one byte beyond the limit."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw, ENOUGH)
    except zlib.error:
        raise Unanswered(Fault.BROKEN) from None
