"""What LemonData can answer about a task, as values."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from app.tasks.status import Status


@dataclass(frozen=True, slots=True)
class Image:
    """A finished image."""

    url: str
    revised_prompt: str | None
    index: int  # Its place among the answer's `data`.


@dataclass(frozen=True, slots=True)
class Asset:
    """What a kind other than images yields: a video, a sound, a model."""

    type: str
    url: str


class Unfinished(NamedTuple):
    """Not yet: `status` is pending or processing, `progress` in per cent where it was told.

    A tuple, as is whatever is made at each answer: a frozen dataclass takes three times as long to make.
    """

    status: Status
    progress: int | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """Done, with at least one URL among images and assets."""

    images: tuple[Image, ...]
    assets: tuple[Asset, ...] = ()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """LemonData says that the task failed, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """LemonData says that the task was cancelled before it ran."""

    reason: str


@dataclass(frozen=True, slots=True)
class Absent:
    """LemonData knows no such task, or not yet, or no more. Definitive only if it repeats."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """LemonData calls the request malformed (400). Definitive only if it repeats."""

    reason: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The account is over its allowance (429), and with it all its tasks; `wait` where it was told."""

    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Denied:
    """The account may not ask. Not `certain` where it could be about this task alone (402, 403)."""

    why: str
    certain: bool


@dataclass(frozen=True, slots=True)
class Outage:
    """LemonData could not be reached, or could not answer. `retry_after` where it was told."""

    why: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Nonsense:
    """An answer that says nothing of the task: a page, a wrong shape, an unknown word."""

    why: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nothing was asked, or nothing was waited for: the account had been paused, or we were ending."""

    why: str


# Only the first four can end a task at once.
Answer = (
    Finished | Refused | Cancelled | Unfinished
    | Absent | Rejected | Paused | Denied | Outage | Nonsense | NotAsked
)  # fmt: skip
