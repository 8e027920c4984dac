"""The account of a replay: its budget, and what a poll costs at the moment."""

from datetime import datetime, timedelta

from app.accounts.budget import BURST, affordable, spare, spend
from app.clock import EPOCH
from app.schedule.ages import Floats
from app.schedule.plan import LOWEST
from app.schedule.price import is_free, price_for


class Purse:
    """The token bucket of `rpm` requests a minute; instants are seconds since the replay began."""

    def __init__(self, rpm: int) -> None:
        """Begin with a bucket that is full, and polls that are free."""
        self._rpm = rpm
        self._spent = EPOCH
        self.price = LOWEST  # Of a poll, in seconds of delay.

    @property
    def is_free(self) -> bool:
        """Whether there are requests enough for everybody."""
        return is_free(self.price)

    @property
    def ripe_at(self) -> float:
        """When a request may start again, if none may start now."""
        return (self._spent - EPOCH - BURST).total_seconds()

    def room(self, now: float) -> int:
        """Return how many requests may start now."""
        return affordable(self._spent, rate=self._rpm, now=_instant(now))

    def spare(self, room: int) -> int:
        """Return how many of `room` would soon be lost."""
        return spare(room, rate=self._rpm)

    def pay(self, count: int, now: float) -> None:
        """Spend `count` requests."""
        self._spent = spend(self._spent, count, rate=self._rpm, now=_instant(now))

    def steer(self, wanted: Floats, *, late: int) -> None:
        """Set the price at which `wanted`, polls a second by price, is what there is."""
        self.price = price_for(wanted, rate=self._rpm / 60, late=late)


def _instant(now: float) -> datetime:
    return EPOCH + timedelta(seconds=now)
