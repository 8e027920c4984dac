"""How the reference shows one call: what it takes, and what it answers."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.web.reference.markup import Html, code, element, joined, line, prose, table
from app.web.reference.shape import as_json, name_of, shape

Part = Mapping[str, Any]


def operation(method: str, path: str, call: Part, schemas: Part) -> Html:
    """Make the section of a call; its `operationId` is the anchor."""
    name = call["operationId"]
    return element(
        "section",
        element("h3", element("b", method.upper()), " ", code(path), " ", _anchor(name)),
        prose(call["description"]),
        element("p", "Needs an API key." if call.get("security") else "Needs no key."),
        table(("Parameter", "In", "Type", "What it is"), _parameters(call)),
        *_body(call.get("requestBody", {}), schemas),
        table(("Answer", "When", "Body", "Headers"), _answers(call["responses"])),
        *_examples(call["responses"], schemas),
        id=name,
    )


def _anchor(name: str) -> Html:
    return element("a", name, href=f"#{name}")


def _parameters(call: Part) -> Iterator[tuple[str, ...]]:
    for one in call.get("parameters", ()):
        must = " (required)" if one.get("required") else ""
        yield (
            joined([code(one["name"]), must]),
            one["in"],
            shape(one["schema"]),
            line(one["description"]),
        )


def _body(body: Part, schemas: Part) -> Iterator[Html]:
    for media, content in body.get("content", {}).items():
        yield element("p", "Body, ", code(media), ": ", shape(content["schema"]))
        yield _example("An example of the body", content, schemas)


def _answers(answers: Part) -> Iterator[tuple[str, ...]]:
    for status, answer in answers.items():
        bodies = [
            joined([code(media), " ", shape(content.get("schema", {}))])
            for media, content in answer.get("content", {}).items()
        ]
        headers = [code(name) for name in answer.get("headers", {})]
        yield code(status), line(answer["description"]), joined(bodies, "; "), joined(headers, ", ")


def _examples(answers: Part, schemas: Part) -> Iterator[Html]:
    for status, answer in answers.items():
        if status.startswith("2"):
            for content in answer.get("content", {}).values():
                yield _example(f"An example of what {status} answers", content, schemas)


def _example(title: str, content: Part, schemas: Part) -> Html:
    schema = schemas.get(name_of(content.get("schema", {})), {})
    return example(title, schema)


def example(title: str, schema: Part) -> Html:
    """Show a type's example, folded up; nothing where it has none."""
    if not schema.get("examples"):
        return Html()
    shown = element("pre", as_json(schema["examples"][0], indent=2))
    return element("details", element("summary", title), shown)
