"""Kinds of tasks, the paths that answer for them, and which paths a client may name."""

import re
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from app.errors import InvalidInput

LONGEST_PATH = 500


class Kind(StrEnum):
    """What a task makes."""

    IMAGE = "image"
    VIDEO = "video"
    MUSIC = "music"
    MODEL = "3d"


_PATHS = {
    Kind.IMAGE: "/v1/images/generations/{}",
    Kind.VIDEO: "/v1/videos/generations/{}",
    Kind.MUSIC: "/v1/music/generations/{}",
    Kind.MODEL: "/v1/3d/generations/{}",
}
_UNIFIED = "/v1/tasks/{}"  # Newer, and for every kind.
_SAFE = re.compile(r"/v1(/[A-Za-z0-9_.:-]+)+")
_FIRST_STEP = {"images": Kind.IMAGE, "videos": Kind.VIDEO, "music": Kind.MUSIC, "3d": Kind.MODEL}
_PREFIX = {
    "img": Kind.IMAGE, "image": Kind.IMAGE, "vid": Kind.VIDEO, "video": Kind.VIDEO,
    "mus": Kind.MUSIC, "music": Kind.MUSIC, "audio": Kind.MUSIC, "3d": Kind.MODEL,
}  # fmt: skip


def paths_to(kind: Kind, upstream_id: str, *, named: str | None = None) -> tuple[str, str]:
    """Return the path to ask first, which is `named` if one was, and the one to try after a 404."""
    documented, unified = _PATHS[kind].format(upstream_id), _UNIFIED.format(upstream_id)
    first = named or documented
    return first, documented if first == unified else unified


def kind_of(upstream_id: str, path: str | None) -> Kind:
    """Infer what a task makes from its path or else its id; an image, where neither tells."""
    step = path.split("/")[2] if path else ""
    if step in _FIRST_STEP:
        return _FIRST_STEP[step]
    return _PREFIX.get(re.split(r"[_-]", upstream_id.lower(), maxsplit=1)[0], Kind.IMAGE)


def path_of(poll_url: str, *, of: str, base_url: str) -> str:
    """Return the path behind a client's `poll_url` for the task `of`, or raise InvalidInput.

    The account's key travels with the request, so the URL must move it nowhere: a path below `/v1/`
    that ends with the task's own id, or the same at `base_url`; no credentials, query, dots, escapes.
    """
    path = _below(base_url, poll_url)
    is_safe = path is not None and len(path) <= LONGEST_PATH and bool(_SAFE.fullmatch(path))
    steps = (path or "").split("/")
    if not is_safe or {".", ".."} & set(steps) or steps[-1] != of:
        raise InvalidInput(
            f"poll_url must be a path such as /v1/images/generations/{of}, or a URL at {base_url}; "
            "it ends with the task's own id",
            pointer="/poll_url",
        )
    return path or ""


def _below(base_url: str, url: str) -> str | None:
    """Return the path of `url` from `base_url` on; None where it is another's."""
    if url.startswith("/"):
        return url
    # What a URL parser would quietly drop must not come as far as that.
    if not url.isascii() or any(character <= " " for character in url):
        return None
    try:
        base, parts = urlsplit(base_url), urlsplit(url)
        is_same = _origin(base) == _origin(parts)
    except ValueError:
        return None
    odd_place = "@" in parts.netloc + base.netloc or parts.netloc.endswith(":")
    extra = odd_place or parts.query or parts.fragment or url.endswith(("?", "#"))
    return parts.path.removeprefix(base.path) if is_same and not extra else None


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, default if parts.port is None else parts.port
