"""What is registered: the items, and the bytes in which they are sent."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

KEY = "lw_benchmark"
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)

Item = dict[str, Any]


def items(series: str, count: int, *, with_metadata: bool) -> Sequence[Item]:
    """Return so many new items; no two series have an id in common."""
    return [_item(f"img_{series}_{number}", number, with_metadata) for number in range(count)]


def _item(task_id: str, number: int, with_metadata: bool) -> Item:
    item: Item = {"task_id": task_id, "model": "flux-pro"}
    if with_metadata:
        item["metadata"] = {"order": task_id[4:], "customer": f"c-{number % 500}", "attempt": 1}
    return item


def singly(items: Sequence[Item]) -> Iterator[bytes]:
    """Yield a request for each item."""
    return (_request("/v1/tasks", item) for item in items)


def together(items: Sequence[Item], size: int) -> Iterator[bytes]:
    """Yield a request for each batch of so many items."""
    batches = (items[first : first + size] for first in range(0, len(items), size))
    return (_request("/v1/tasks/batch", {"tasks": batch}) for batch in batches)


def _request(path: str, body: Any) -> bytes:
    text = json.dumps(body).encode()
    return HEAD.format(path=path, key=KEY, length=len(text)).encode() + text
