"""Which path of LemonData's answers for a task, and which paths a client may name."""

import re
from urllib.parse import urlsplit

from app.errors import InvalidInput

IMAGE = "image"

LONGEST_PATH = 500

_PATHS = {IMAGE: "/v1/images/generations/{}"}
_SAFE = re.compile(r"/v1(/[A-Za-z0-9_.:-]+)+")


def status_path(kind: str, upstream_id: str) -> str:
    """Return the documented path that tells the status of a task of this `kind`."""
    return _PATHS[kind].format(upstream_id)


def path_of(poll_url: str, *, base_url: str) -> str:
    """Return the path behind a client's `poll_url`, or raise InvalidInput.

    The account's key travels with the request, so the URL must not move it: a path below `/v1/`, or
    the same on `base_url`'s own origin; no credentials, query, dots or escapes.
    """
    path = poll_url.removeprefix(_origin(base_url))
    if len(path) > LONGEST_PATH or not _SAFE.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise InvalidInput(
            "poll_url must be a path such as /v1/images/generations/img_…, or a URL on "
            f"{_origin(base_url)}",
            pointer="/poll_url",
        )
    return path


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
