"""The moods that the simulator is in now."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.simulator.moods.moods import Moods


class Temper:
    """The moods now: what was set, less what has run out since."""

    def __init__(self, moods: Moods, *, now: datetime) -> None:
        self._moods = moods
        self._ends = {"pause": now, "down": now}
        self._start(("pause", "down"), now)

    def at(self, now: datetime) -> Moods:
        """Return the moods at this moment; `pause` and `down` are what is left of them."""
        if not self._moods.pause and not self._moods.down:
            return self._moods
        left = {name: max(0.0, (end - now).total_seconds()) for name, end in self._ends.items()}
        return self._moods.model_copy(update=left)

    def replace(self, wanted: Mapping[str, Any], *, now: datetime) -> Moods:
        """Be in these moods and no others, or raise ValidationError and change nothing."""
        self._moods = Moods.model_validate(wanted)
        self._start(("pause", "down"), now)
        return self.at(now)

    def change(self, wanted: Mapping[str, Any], *, now: datetime) -> Moods:
        """Change these moods and leave the others, or raise ValidationError and change nothing."""
        self._moods = Moods.model_validate(self._moods.model_dump() | dict(wanted))
        self._start(wanted, now)
        return self.at(now)

    def _start(self, names: Iterable[str], now: datetime) -> None:
        for name in self._ends.keys() & set(names):
            self._ends[name] = now + timedelta(seconds=getattr(self._moods, name))
