"""What LemonData's responses about the task `img_1` decode to, in one line each."""

import json
from collections.abc import Mapping
from typing import Any

from app.upstream.answer import Answer
from app.upstream.decode import decode
from app.upstream.port import Response
from tests.build import NOW


def hear(
    body: bytes,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    is_cut: bool = False,
) -> Answer:
    """Decode a response with `body`, which came at NOW."""
    response = Response(status=status, headers=headers or {}, body=body, is_cut=is_cut)
    return decode(response, of="img_1", now=NOW)


def hear_ok(**answer: Any) -> Answer:
    """Decode a 200 with a JSON object."""
    return hear(json.dumps(answer).encode())


def hear_error(status: int, error: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Decode an error in LemonData's envelope."""
    return hear(json.dumps({"error": error}).encode(), status, headers)
