"""What to tell of a body that cannot be read as JSON."""

from collections.abc import Mapping
from typing import Any


def not_json(found: Mapping[str, Any], body: Any) -> str:
    """Say where a text stops being JSON, by line and column as editors count them."""
    position = int(found["loc"][-1])
    before = str(body)[:position]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    return f"not JSON: {found['ctx']['error']}, at line {line}, column {column}"


def unreadable(why: BaseException | None) -> str:
    """Say why the parser gave up on bytes that it could not judge as JSON at all."""
    match why:
        case UnicodeDecodeError():
            return f"not text in UTF-8: byte {why.start + 1} is 0x{why.object[why.start]:02x}"
        case RecursionError():
            return "nested too deeply"
        case ValueError():
            return "a number has too many digits"
        case _:
            return "it cannot be read as JSON"
