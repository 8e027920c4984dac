"""The OpenAPI document: what FastAPI derives from the routes, and what else a client is made from."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from app.web.examples import EXAMPLES
from app.web.links import add_links
from app.web.problem import Problem
from app.web.problems import WITH_BODY
from app.web.words import ABOUT, FAILING_HEADER, KEY, PARAMETERS, TAGS, clause, sentence

_METHODS = {"get", "post", "put", "patch", "delete"}
_SAYS_NOTHING = {"Successful Response", *(status.phrase for status in HTTPStatus)}
_REFERENCE = "#/components/schemas/{model}"


class DocumentedApi(FastAPI):
    """An app whose document is worth generating from."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        if self.openapi_schema is None:
            _complete(super().openapi())
        assert self.openapi_schema is not None  # noqa: S101 - for types: it was made above.
        return self.openapi_schema


def _complete(document: dict[str, Any]) -> None:
    document["info"]["description"] = ABOUT
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    components = document["components"]
    schemas: dict[str, Any] = components["schemas"]
    _, problems = models_json_schema([(Problem, "serialization")], ref_template=_REFERENCE)
    schemas |= problems["$defs"]
    for scheme in components["securitySchemes"].values():
        scheme["description"] = KEY
    for path, operation in _operations(document):
        _complete_operation(operation, schemas, is_ours=path.startswith("/v1/"))
    add_links(operation for _, operation in _operations(document))
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        yield from ((path, methods[method]) for method in methods.keys() & _METHODS)


def _complete_operation(
    operation: dict[str, Any], schemas: dict[str, Any], *, is_ours: bool
) -> None:
    operation["summary"] = clause(operation["description"])
    responses = operation["responses"]
    if "requestBody" in operation:
        responses |= {str(status): {**answer} for status, answer in WITH_BODY.items()}
    for parameter in operation.get("parameters", ()):
        if text := PARAMETERS.get(parameter["name"]):
            parameter.setdefault("description", text)
    for status, answer in responses.items():
        if status.startswith("2"):
            answer["description"] = _described(answer, schemas)
            answer["headers"] = answer.get("headers", {}) | (FAILING_HEADER if is_ours else {})
        if "content" in answer:  # Where one of two comes, generated clients expect the first.
            answer["content"] = dict(sorted(answer["content"].items()))
    operation["responses"] = dict(sorted(responses.items()))


def _described(answer: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Say what is answered: what the schema says of itself, where the route says nothing."""
    told: str = answer["description"]
    content = answer.get("content", {}).get("application/json", {})
    name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    if told in _SAYS_NOTHING:
        return sentence(schemas[name]["description"]) if name else "Done; there is nothing to show."
    return told
