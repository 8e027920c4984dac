"""How calls follow from one another: whose answer tells what others ask for (OpenAPI links)."""

from collections.abc import Iterable, Iterator
from typing import Any

Operation = dict[str, Any]

# By the call that makes something, and its status: the parameter that others take, and the field
# of the answer that it is read from.
_MAKERS = {
    ("register_task", "200"): ("task_id", "task_id"),
    ("register_task", "201"): ("task_id", "task_id"),
    ("create_webhook", "201"): ("webhook_id", "id"),
    ("create_account", "201"): ("name", "name"),
    ("recover_webhook", "202"): ("recovery_id", "id"),
    ("try_webhook", "200"): ("delivery_id", "id"),
    ("try_webhook", "202"): ("delivery_id", "id"),
}


def add_links(operations: Iterable[Operation]) -> None:
    """Say, with each answer that makes something, which calls take it."""
    by_id = {operation["operationId"]: operation for operation in operations}
    for (maker, status), (parameter, field) in _MAKERS.items():
        if maker in by_id:
            known = {name: f"$request.path.{name}" for name in _places(by_id[maker])}
            known[parameter] = f"$response.body#/{field}"
            by_id[maker]["responses"][status]["links"] = {
                taker: {
                    "operationId": taker,
                    "parameters": {name: known[name] for name in sorted(places)},
                }
                for taker, places in ((name, {*_places(one)}) for name, one in by_id.items())
                if parameter in places and places <= known.keys()
            }


def _places(operation: Operation) -> Iterator[str]:
    """Yield the parameters in the path."""
    return (one["name"] for one in operation.get("parameters", ()) if one["in"] == "path")
