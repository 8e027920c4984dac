"""How old is old enough, as it is typed: `90d`, `12h` or `2w`."""

import re
from datetime import timedelta

from app.errors import InvalidInput

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=36_500)


def age(text: str) -> timedelta:
    """Read an age; raise InvalidInput for what is none, is nothing, or is more than a hundred years."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)([hdw])", text.strip())
    if found is None:
        raise InvalidInput(f"give an age such as 90d, 12h or 2w, not {text!r}")
    read = float(found[1]) * _UNITS[found[2]]
    if not timedelta() < read <= LONGEST:
        raise InvalidInput("an age is more than 0, and at most a hundred years")
    return read
