"""What the list of tasks is asked for, from the words of a command line."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.errors import InvalidInput

Query = Mapping[str, Any]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def query_of(said: Mapping[str, object], metadata: Iterable[str]) -> Query:
    """Return the query of what was said, be it empty; a day is when it begins, in UTC."""
    found = {name: _instant(value) for name, value in said.items() if value not in (None, [])}
    return found | {f"metadata.{key}": value for key, value in labels(metadata).items()}


def labels(pairs: Iterable[str]) -> dict[str, str]:
    """Read `KEY=VALUE`s; raise InvalidInput for what is none."""
    found = {}
    for pair in pairs:
        name, is_one, value = pair.partition("=")
        if not is_one or not name:
            raise InvalidInput(f"give metadata as KEY=VALUE, not {pair}")
        found[name] = value
    return found


def _instant(value: object) -> object:
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return f"{value}T00:00:00Z" if is_day else value
