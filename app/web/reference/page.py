"""The whole reference: one page, made of the OpenAPI document, that a browser only has to show."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from app.web.reference.markup import Html, code, element, joined, line, prose, table
from app.web.reference.operation import example, operation
from app.web.reference.shape import shape

STYLE = """\
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
h2 { border-top: 1px solid var(--line); padding-top: 1.5rem; margin-top: 3rem; }
h3 { margin-top: 2.5rem; }
h3 > a { font-size: 0.8rem; font-weight: normal; }
nav ul { columns: 18rem; padding: 0; list-style: none; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 1rem 0.3rem 0; text-align: left; }
td { vertical-align: top; min-width: 5rem; }
pre { border: 1px solid var(--line); padding: 0.75rem; overflow-x: auto; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; }
section:target > h3 { background: color-mix(in srgb, gold 30%, transparent); }
"""
# It may use this one style, and nothing else: no script, no image, no other page around it.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(document: dict[str, Any]) -> str:
    """Make the page of a document."""
    info, schemas = document["info"], document["components"]["schemas"]
    head = joined(
        [
            Html('<meta charset="utf-8">'),
            Html('<meta name="viewport" content="width=device-width">'),
            element("title", f"{info['title']}: reference"),
            element("style", Html(STYLE)),
        ]
    )
    body = joined(
        [
            element("h1", info["title"], " ", info["version"]),
            prose(info["description"]),
            element("p", "For programs: ", element("a", "openapi.json", href="openapi.json")),
            element("nav", *_contents(document)),
            *_calls(document, schemas),
            element("h2", "Types", id="types"),
            *(_type(name, schema) for name, schema in schemas.items()),
        ]
    )
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _of(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            if tag in call["tags"]:
                yield method, path, call


def _contents(document: dict[str, Any]) -> Iterator[Html]:
    for tag in document["tags"]:
        links = (
            element("li", element("a", line(call["summary"]), href=f"#{call['operationId']}"))
            for _, _, call in _of(document, tag["name"])
        )
        yield element("strong", element("a", tag["name"], href=f"#{_section(tag)}"))
        yield element("ul", *links)
    yield element("strong", element("a", "types", href="#types"))


def _calls(document: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Html]:
    for tag in document["tags"]:
        yield element("h2", tag["name"].capitalize(), id=_section(tag))
        yield prose(tag["description"])
        yield from (operation(*call, schemas) for call in _of(document, tag["name"]))


def _section(tag: dict[str, Any]) -> str:
    return f"about-{tag['name']}"


def _type(name: str, schema: dict[str, Any]) -> Html:
    fields = schema.get("properties", {})
    return element(
        "section",
        element("h3", name),
        prose(schema.get("description", "")),
        element("p", shape(schema)) if not fields else Html(),
        table(("Field", "Type", "What it is"), _fields(schema)),
        example("An example", schema),
        id=name,
    )


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, field in schema.get("properties", {}).items():
        must = " (required)" if name in schema.get("required", ()) else ""
        yield joined([code(name), must]), shape(field), line(field.get("description", ""))
