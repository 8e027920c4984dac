"""Who was told to wait, and until when."""

from collections import OrderedDict
from datetime import datetime


class Waits:
    """The announced waits; beyond `bound` the oldest is forgotten, so that memory has a bound."""

    def __init__(self, *, bound: int) -> None:
        self._bound = bound
        self._until: OrderedDict[str, datetime] = OrderedDict()

    def tell(self, who: str, *, until: datetime) -> None:
        """Note that this one was told to wait until then; a longer wait told before still holds."""
        self._until[who] = max(until, self._until.get(who, until))
        if len(self._until) > self._bound:
            self._until.popitem(last=False)

    def is_too_soon(self, who: str | None, *, now: datetime) -> bool:
        """Say whether this one was told to wait longer than until now."""
        until = self._until.get(who) if who else None
        return until is not None and now < until
