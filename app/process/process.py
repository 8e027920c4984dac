"""What one operating-system process holds: its settings, database, event loop, and one of each part."""

from contextlib import ExitStack
from functools import cached_property
from threading import RLock
from time import monotonic
from typing import Protocol, Self, TypeVar, cast

from app.db.session import Database
from app.errors import Misconfigured
from app.process.cipher import Cipher
from app.process.home import resolve
from app.process.loop import LoopThread
from app.settings import Settings


class Part(Protocol):
    """Something of which a process has one, made at first use and closed with the process."""

    @classmethod
    def of(cls, process: "Process") -> Self:
        """Make the part for this process."""
        ...

    def stop(self) -> None:
        """Take on nothing new."""
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
        self._closed = False
        self._parts: dict[type[Part], Part] = {}
        self._lock = RLock()

    @cached_property
    def database(self) -> Database:
        """The SQL database."""
        return Database(self.settings.database_url_text)

    @cached_property
    def cipher(self) -> Cipher:
        """What encrypts secrets at rest."""
        before = [key.get_secret_value() for key in self.settings.secret_keys_before]
        return Cipher(self.settings.secret_key_text, *before)

    @cached_property
    def loop(self) -> LoopThread:
        """The event loop, on a thread of its own, where many network waits run side by side."""
        return LoopThread()

    def get(self, kind: type[P]) -> P:
        """Return the process's one part of this kind."""
        with self._lock:
            if kind not in self._parts:
                if self._closed:
                    raise Misconfigured("This process is closing.")
                self._parts[kind] = kind.of(self)
            return cast(P, self._parts[kind])

    def close(self, *, grace: float = 0) -> None:
        """Close the parts, with `grace` seconds for all of them, then the loop, then the database."""
        until = monotonic() + grace
        with ExitStack() as rest, self._lock:
            self._closed = True
            for name in ("database", "loop"):
                if name in self.__dict__:
                    rest.callback(getattr(self, name).close)
            for part in self._parts.values():
                part.stop()
            for part in self._parts.values():
                rest.callback(_close, part, until)


def _close(part: Part, until: float) -> None:
    part.close(grace=max(0.0, until - monotonic()))


_lock = RLock()
_current: Process | None = None


def use(process: Process) -> None:
    """Make `process` what `current` returns from now on."""
    global _current  # noqa: PLW0603 - one per process is what this module is for.
    with _lock:
        _current = process


def current() -> Process:
    """Return what this process holds; its start has made it known by `use`."""
    with _lock:
        if _current is None:
            raise Misconfigured("Start this with the `lemonwatch` command.")
        return _current
