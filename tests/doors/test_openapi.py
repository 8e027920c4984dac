"""The OpenAPI document is good enough to make a client from."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from app.web.examples import EXAMPLES
from app.web.problem import KINDS

# Clients have functions of these names: one may come, and none may go.
PROMISED = {
    "register_task", "list_tasks", "read_task", "poll_task", "read_timeline", "read_stats",
    "list_events", "stream_events", "verify_webhook", "list_webhook_deliveries", "try_webhook",
    "resend_delivery", "read_delivery", "recover_webhook", "list_recoveries", "read_recovery",
    "cancel_recovery", "list_webhooks", "create_webhook", "read_webhook", "change_webhook",
    "delete_webhook", "read_endpoint_secret", "rotate_webhook", "read_webhook_secret",
    "list_accounts", "create_account", "read_account", "update_account", "try_account",
    "create_key", "list_keys", "revoke_key", "register_tasks", "cancel_task", "healthz", "readyz",
    "read_metrics",
}  # fmt: skip


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    """The document, as anyone may fetch it."""
    return dict(TestClient(app).get("/openapi.json").json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every operation, with its path."""
    for path, methods in document["paths"].items():
        yield from ((path, operation) for operation in methods.values())


def schemas_in(part: dict[str, Any]) -> Iterator[str]:
    """Return the names of the schemas that a body or an answer refers to."""
    for content in part.get("content", {}).values():
        if reference := content.get("schema", {}).get("$ref"):
            yield reference.rpartition("/")[2]


def test_operations_have_names_that_stay(document: dict[str, Any]) -> None:
    """Each one its own, and the promised ones are all there."""
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(names) == len(set(names))
    assert set(names) >= PROMISED


def test_operations_are_described(document: dict[str, Any]) -> None:
    """Each has a heading, a sentence, and a tag that is described too."""
    tags = {tag["name"] for tag in document["tags"] if tag["description"]}
    for _, operation in operations(document):
        assert 0 < len(operation["summary"]) < 100
        assert operation["description"]
        assert set(operation["tags"]) <= tags
        assert all(answer["description"] for answer in operation["responses"].values())
        assert all(one.get("description") for one in operation.get("parameters", ()))


def test_all_but_health_needs_a_key(document: dict[str, Any]) -> None:
    """And the document says so, operation by operation."""
    assert document["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, operation in operations(document):
        assert bool(operation.get("security")) == path.startswith("/v1/")
        assert ("401" in operation["responses"]) == path.startswith("/v1/")


def test_every_error_is_documented_as_the_problem_it_is(document: dict[str, Any]) -> None:
    """Its status is that of a type, and the type is named."""
    names = {str(kind.status): name for name, kind in KINDS.items()}
    for _, operation in operations(document):
        bad = {s: answer for s, answer in operation["responses"].items() if s >= "400"}
        assert {"422", "500"} <= bad.keys()
        assert {"413", "415"} <= bad.keys() or "requestBody" not in operation
        for status, answer in bad.items():
            assert "Problem" in set(schemas_in(answer))
            assert names[status] in answer["description"]


def test_every_body_and_answer_has_an_example(document: dict[str, Any]) -> None:
    """Of what is sent in JSON, and of what comes back."""
    schemas = document["components"]["schemas"]
    for _, operation in operations(document):
        parts = [operation.get("requestBody", {}), *operation["responses"].values()]
        for name in (name for part in parts for name in schemas_in(part)):
            assert schemas[name].get("examples"), name


def test_what_makes_something_tells_which_calls_take_it(document: dict[str, Any]) -> None:
    """A task leads to its timeline, and a recovery of an endpoint to how far it is."""
    answers = {one["operationId"]: one["responses"] for _, one in operations(document)}

    assert answers["register_task"]["201"]["links"]["read_timeline"]["parameters"] == {
        "task_id": "$response.body#/task_id"
    }
    assert answers["recover_webhook"]["202"]["links"]["read_recovery"]["parameters"] == {
        "webhook_id": "$request.path.webhook_id",
        "recovery_id": "$response.body#/id",
    }
    assert "read_recovery" not in answers["create_webhook"]["201"]["links"]


def test_a_header_is_sent_as_one_text(document: dict[str, Any]) -> None:
    """A generator leaves out the whole call whose header is a list."""
    for _, operation in operations(document):
        headers = [one for one in operation.get("parameters", ()) if one["in"] == "header"]
        kinds = {
            of.get("type") for one in headers for of in one["schema"].get("anyOf", [one["schema"]])
        }
        assert kinds <= {"string", "null"}, headers


def test_every_field_has_a_type(document: dict[str, Any]) -> None:
    """A field of ours that may be anything helps nobody who generates types."""
    says = {"type", "$ref", "anyOf", "enum", "const"}
    for name, schema in document["components"]["schemas"].items():
        untyped = [
            field for field, of in schema.get("properties", {}).items() if not says & of.keys()
        ]
        assert not untyped, name


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_one(name: str, document: dict[str, Any]) -> None:
    """It is of a schema that there is, and fits it."""
    (model,) = (model for model in models(BaseModel) if model.__name__ == name)

    assert name in document["components"]["schemas"]
    model.model_validate_json(json.dumps(EXAMPLES[name]))  # Else this raises.


def models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Return every model of ours."""
    for model in base.__subclasses__():
        if model.__module__.startswith("app."):
            yield model
        yield from models(model)
