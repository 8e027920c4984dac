"""The policies by their names."""

from datetime import timedelta

from app.schedule.backoff import Backoff, Fixed
from app.schedule.forecast import Book
from app.schedule.learning import Learning
from app.schedule.names import PolicyName
from app.schedule.policy import Policy


def policy(name: PolicyName, book: Book) -> Policy:
    """Return the policy of that name, which keeps to the floor and the cap of `book`."""
    floor, cap = timedelta(seconds=book.floor), timedelta(seconds=book.cap)
    match name:
        case "learning":
            return Learning(book)
        case "fixed":
            return Fixed(floor=floor)
        case "backoff":
            return Backoff(floor=floor, cap=cap)
