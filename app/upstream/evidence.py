"""What an odd answer looked like: kept for the timeline, without what must not be seen."""

import re
from dataclasses import dataclass
from typing import Self

from app.upstream.body import clean
from app.upstream.port import Response

LONGEST = 2048  # characters
_LONGEST_TYPE = 100
_READ = 16 * LONGEST  # bytes; redacting makes text shorter, and a character takes up to four
REDACTED = "[redacted]"
# Keys of LemonData's form, not the end of "task-", and whatever follows the word Bearer, whosever they are.
_SECRETS = re.compile(r"(?<!ta)sk-[\w.\-]{4,}|(?i:bearer)[\s:=]+[^\s\"'<>,;]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """The status, the content type and the beginning of a response."""

    status_code: int
    content_type: str | None
    body: str

    @classmethod
    def of(cls, response: Response, *, key: str) -> Self:
        """Keep the first 2 kB of `response`, without `key` or anything like it."""
        content_type = clean(response.headers.get("content-type"))
        return cls(
            status_code=response.status,
            content_type=redact(content_type, key)[:_LONGEST_TYPE] if content_type else None,
            body=(clean(redact(_start(response.body, key), key)) or "")[:LONGEST],
        )


def _start(body: bytes, key: str) -> str:
    """Return more of the beginning than is kept, with no part of a key at its end.

    Without NULs, which would hide a key and are dropped later: UTF-16 is full of them.
    """
    text = body[:_READ].decode("utf-8", "replace").replace("\0", "")
    return text[: max(0, len(text) - len(key))] if len(body) > _READ else text


def redact(text: str, key: str = "") -> str:
    """Strike out `key`, and whatever looks like one."""
    return _SECRETS.sub(REDACTED, text.replace(key, REDACTED) if key else text)
