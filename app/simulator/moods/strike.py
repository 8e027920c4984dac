"""What a mood can do to a request, and what it goes by."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer an error in LemonData's envelope; `wait` is what it tells the client to wait."""

    mood: str
    status: int
    code: str
    message: str
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Page:
    """Answer a page of HTML."""

    mood: str
    status: int


@dataclass(frozen=True, slots=True)
class Spoil:
    """Give the right answer, spoilt on its way as the mood of this name says."""

    mood: str


@dataclass(frozen=True, slots=True)
class Retell:
    """Give the answer with another status word, or without its URLs if `word` is None."""

    mood: str
    word: str | None = None


Strike = Refuse | Page | Spoil | Retell


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What striking goes by: the request and the task that it asks for."""

    unified: bool  # By the path for tasks of any kind.
    age: timedelta | None  # None where there is no such task.
    completed: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """Three numbers in [0, 1): which fault strikes, which variant of it, whether URLs are missing."""

    fault: float
    variant: float
    urls: float

    @classmethod
    def of(cls, rng: Random) -> "Draw":
        """Draw; always three numbers, so that a mood switched on does not shift what comes later."""
        return cls(rng.random(), rng.random(), rng.random())
