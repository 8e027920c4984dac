"""Whole numbers in a body."""

from typing import Any

from pydantic import BeforeValidator


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# 36.0 is as good as 36 to a StrictInt then: JSON knows one kind of number. "36" and true are none.
WHOLE = BeforeValidator(_whole)
