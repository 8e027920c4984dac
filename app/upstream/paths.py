"""Kinds of tasks, the paths that answer for them, and which paths a client may name."""

import re
from enum import StrEnum
from urllib.parse import urlsplit

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
