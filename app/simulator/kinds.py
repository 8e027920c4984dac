"""The kinds of task that LemonData knows, and the paths where each is asked for."""

from enum import StrEnum


class Kind(StrEnum):
    """What a task makes, by the word that its paths have for it."""

    IMAGE = "images"
    VIDEO = "videos"
    MUSIC = "music"
    MODEL = "3d"


def creating_path(kind: Kind) -> str:
    """Return where tasks of this kind are created, below `/v1`."""
    return f"/{kind}/generations"


def reading_paths(kind: Kind) -> list[str]:
    """Return the paths below `/v1` that know tasks of this kind alone, the documented one first."""
    paths = [f"/{kind}/generations/{{task_id}}"]
    return [*paths, "/images/{task_id}"] if kind is Kind.IMAGE else paths
