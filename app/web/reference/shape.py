"""What a JSON schema allows, in a few words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.web.reference.markup import Html, code, element, joined

Schema = Mapping[str, Any]
_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minLength": "{} or more characters",
    "maxLength": "up to {} characters",
    "minItems": "{} or more items",
    "maxItems": "up to {} items",
    "maxProperties": "up to {} keys",
}


def shape(schema: Schema) -> Html:
    """Say of what type a value is, its limits and its default; a type of ours is a link to it."""
    kinds = joined((shape(choice) for choice in schema.get("anyOf", ())), " or ")
    return joined([kinds or _kind(schema), *_limits(schema)], ", ")


def name_of(schema: Schema) -> str:
    """Return the name of the type of ours that it refers to, be it one of several, or nothing."""
    refers = [one["$ref"] for one in (schema, *schema.get("anyOf", ())) if "$ref" in one]
    return str(refers[0]).rpartition("/")[2] if refers else ""


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Write a value as it is sent."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _kind(schema: Schema) -> Html:
    if name := name_of(schema):
        return element("a", name, href=f"#{name}")
    if values := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return joined((code(as_json(value)) for value in values), " or ")
    match schema.get("type", "anything"):
        case "array":
            return joined(["list of ", shape(schema.get("items", {}))])
        case "object" if isinstance(values := schema.get("additionalProperties"), dict):
            return joined(["object of ", shape(values)])
        case kind:
            return joined([schema.get("format", str(kind))])


def _limits(schema: Schema) -> Iterator[str]:
    told = ((says, schema[name]) for name, says in _LIMITS.items() if name in schema)
    yield from (says.format(f"{limit:,.15g}") for says, limit in told)
    if pattern := schema.get("pattern"):
        yield joined(["matching ", code(pattern)])
    if "default" in schema:
        yield joined(["by default ", code(as_json(schema["default"]))])
