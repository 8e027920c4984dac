"""What the OpenAPI document says in words, apart from what the routes say of themselves."""

import re
from typing import Any

ABOUT = """\
Hand over the id of an image task that runs at LemonData, and be told when it ends: by a signed \
webhook, by a feed of events, or by asking.

**Calling.** Every call under `/v1` takes a key: `Authorization: Bearer lw_…`. Bodies are JSON. \
Times are RFC 3339 in UTC. Parameters and fields that a call does not have are refused, not ignored.

**Lists** are `{"items": […], "next_cursor": …}`; give `next_cursor` back as `cursor`, or where \
the call says otherwise, until it is null.

**Errors** are problems (RFC 9457, `application/problem+json`). `type` tells them apart and never \
changes; `detail` says what to do; `errors` points to each thing that is wrong with the input.
"""
KEY = "An API key, such as `lw_…`. The first is shown once, when the service first starts."
TAGS = {
    "tasks": "Track tasks that run at LemonData.",
    "history": "What became of tasks: one, many, step by step, and in figures.",
    "events": "The events that webhooks bring, to fetch or to stream.",
    "webhooks": "Where events are sent to, what became of each, and how to have it sent again.",
    "accounts": "The operator's LemonData accounts: what tasks are asked for with.",
    "client": "What a client may know of itself.",
    "keys": "API keys: who may call, and what for.",
    "health": "Whether the service is alive, and whether it makes progress. These need no key.",
}
PARAMETERS = {
    "webhook_id": "The `id` of an endpoint",
    "delivery_id": "The `id` of a delivery",
    "recovery_id": "The `id` of a recovery",
    "key_id": "The `id` of an API key",
    "name": "The name of a LemonData account",
    "status": "Of one of these statuses; any if none",
    "model": "Of this model",
    "account": "Asked for with this LemonData account",
    "kind": "Of this kind",
    "limit": "How many to answer with at most",
    "cursor": "The `next_cursor` of the page before, as it came",
    "window": "How far back",
    "order": "By the time they were registered: the newest first, or the oldest",
    "Last-Event-ID": "The id of the last event you have; browsers send it when they connect anew",
}
_FAILING = "The ids of your endpoints that fail, or were disabled for it, where there are any"
FAILING_HEADER: dict[str, Any] = {
    "Lemonwatch-Failing-Webhooks": {"description": _FAILING, "schema": {"type": "string"}}
}
LOCATION: dict[str, Any] = {
    "Location": {"description": "Where it can be read", "schema": {"type": "string"}}
}
RETRY_AFTER: dict[str, Any] = {
    "Retry-After": {
        "description": "In how many seconds asking again may tell more",
        "schema": {"type": "integer", "minimum": 0},
    }
}
CHALLENGE: dict[str, Any] = {
    "WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}}
}


def clause(text: str) -> str:
    """Return the beginning of a docstring, as short as a heading."""
    return re.split(r"\.(?:\s|$)|[;:(]|, and ", text, maxsplit=1)[0].strip()


def sentence(text: str) -> str:
    """Return the first sentence of a docstring."""
    return text.split("\n\n", 1)[0].strip()
