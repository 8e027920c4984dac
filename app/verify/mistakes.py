"""What receivers commonly do to a secret or to a body, undone."""

import json
from collections.abc import Iterator
from contextlib import suppress

from app.clients.webhook_secret import PREFIX, is_webhook_secret
from app.verify.message import VERSION, is_signature

_MARK = b"\xef\xbb\xbf"


def mend_secret(secret: str) -> tuple[str | None, str | None]:
    """Return the secret as it must have been meant, and what is wrong with how it is written.

    The first is None where it cannot be guessed, the second where nothing is wrong.
    """
    bare = secret.strip().strip("\"'").strip()
    body = bare.removeprefix(VERSION).removeprefix(PREFIX)
    standard = body.replace("-", "+").replace("_", "/")
    meant = PREFIX + standard.rstrip("=") + "=" * (-len(standard.rstrip("=")) % 4)
    if is_webhook_secret(secret):
        return secret, None
    if bare.startswith(VERSION) and is_signature(bare.removeprefix(VERSION)):
        return None, "this is a signature; the secret begins with whsec_"
    if not is_webhook_secret(meant):
        return None, "it is not whsec_ followed by base64 of 24 to 64 bytes"
    faults = [
        (bare != secret, "there are spaces or quotes around it"),
        (bare.startswith(VERSION), "`v1,` stands before it: that belongs to signatures"),
        (not bare.removeprefix(VERSION).startswith(PREFIX), "its prefix whsec_ is missing"),
        (PREFIX + body != meant, "its base64 is not the one with + and /, padded with ="),
    ]
    return meant, "; ".join(says for is_so, says in faults if is_so)


def undo(body: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield what the body may have been before something was done to it, and what that was."""
    if body != body.strip():
        yield body.strip(), "there are spaces or line ends around it"
    if body.startswith(_MARK):
        yield body.removeprefix(_MARK), "a byte order mark was put before it"
    with suppress(UnicodeError):
        yield body.decode().encode("latin-1"), "it was read as Latin-1 and written as UTF-8"
    try:
        parsed = json.loads(body)
        again = json.dumps(parsed, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):  # UnicodeError is one of the first.
        return
    yield again, "it was parsed and written anew"
    if isinstance(parsed, str):
        yield parsed.encode(), "it was written as a JSON string"
