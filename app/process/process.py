"""What one operating-system process holds: its settings, database, event loop, and one of each part."""

import os
from functools import cached_property
from threading import RLock
from typing import Protocol, Self, TypeVar, cast

from app.db.session import Database
from app.process.cipher import Cipher
from app.process.home import resolve
from app.process.loop import LoopThread
from app.settings import Settings, load_settings


class Part(Protocol):
    """Something of which a process has one, made at first use and closed with the process."""

    @classmethod
    def of(cls, process: "Process") -> Self:
        """Make the part for this process."""
        ...

    def close(self, *, grace: float) -> None:
        """Let go of what the part holds, after `grace` seconds for what is under way."""
        ...


P = TypeVar("P", bound=Part)


class Process:
    """The process-wide things; nothing connects or starts before its first use."""

    def __init__(self, settings: Settings, *, simulator: str | None = None) -> None:
        """Hold `settings`, with what the embedded default fills in.

        `simulator` is the URL of the built-in simulator, where that is asked in LemonData's place.
        """
        self.simulator = simulator
        self.settings = resolve(settings)
        self.pid = os.getpid()
        self._parts: dict[type[Part], Part] = {}
        self._lock = RLock()

    @cached_property
    def database(self) -> Database:
        """The SQL database."""
        return Database(self.settings.database_url_text)

    @cached_property
    def cipher(self) -> Cipher:
        """What encrypts secrets at rest."""
        return Cipher(self.settings.secret_key_text)

    @cached_property
    def loop(self) -> LoopThread:
        """The event loop, on a thread of its own, where many network waits run side by side."""
        return LoopThread()

    def get(self, kind: type[P]) -> P:
        """Return the process's one part of this kind."""
        with self._lock:
            if kind not in self._parts:
                self._parts[kind] = kind.of(self)
            return cast(P, self._parts[kind])

    def afresh(self) -> "Process":
        """Return a process with the same settings that holds nothing yet."""
        return Process(self.settings, simulator=self.simulator)

    def close(self, *, grace: float = 0) -> None:
        """Close the parts, with `grace` seconds each, then the loop, then the database."""
        with self._lock:
            for part in self._parts.values():
                part.close(grace=grace)
            self._parts.clear()
        if "loop" in self.__dict__:
            self.loop.close()
        if "database" in self.__dict__:
            self.database.close()


_lock = RLock()
_current: Process | None = None


def use(process: Process) -> None:
    """Make `process` what `current` returns from now on."""
    global _current  # noqa: PLW0603 - one per process is what this module is for.
    with _lock:
        _current = process


def current() -> Process:
    """Return what this process holds; a forked child gets its own, since loops do not survive a fork."""
    with _lock:
        if _current is None or _current.pid != os.getpid():
            use(Process(load_settings()) if _current is None else _current.afresh())
        return cast(Process, _current)
