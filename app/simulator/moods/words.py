"""Moods as people write them, and what they are told of them."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from app.simulator.moods.moods import Moods


def parse_moods(texts: Iterable[str]) -> Moods:
    """Read `name=value` texts, or raise ValueError with what is wrong and what is known."""
    try:
        return Moods.model_validate(dict(map(_parse, texts)))
    except ValidationError as error:
        raise ValueError(explain(error)) from None


def explain(error: ValidationError) -> str:
    """Say what is wrong with moods, and which are known."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"There is no mood {name!r}. Known moods: {', '.join(Moods.model_fields)}."
    said = first["msg"].removeprefix("Value error, ")
    return f"{name}: {said}." if name else f"{said[:1].upper()}{said[1:]}."


def describe() -> str:
    """List the moods, a line each."""
    return "\n".join(f"{name}: {field.description}" for name, field in Moods.model_fields.items())


def _parse(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(
            f"A mood is NAME=VALUE, not {text!r}. Known moods: {', '.join(Moods.model_fields)}."
        )
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
