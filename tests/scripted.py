"""A transport that answers by a script: what asking does with answers, without a network."""

import asyncio
from typing import Any

from pydantic import SecretStr

from app.clock import utc_now
from app.poll.claim import LEASE, Claim
from app.upstream.port import Response
from tests.build import make_access, make_watch

PENDING = Response(status=200, body=b'{"status": "pending", "data": []}')


class Scripted:
    """Answers in the order of the script, then that the task is pending; keeps what was asked."""

    def __init__(self, *script: Response | Exception) -> None:
        """Play `script`."""
        self.asked: list[tuple[str, str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._script = list(script)

    async def get(self, url: str, *, key: SecretStr) -> Response:
        """Answer once the gate is open."""
        self.asked.append((url, key.get_secret_value()))
        answer = self._script.pop(0) if self._script else PENDING
        await self.gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Hold nothing."""


def claim(account_id: int = 1, upstream_id: str = "img_1", **fields: Any) -> Claim:
    """Claim a task of the account."""
    access = make_access(account_id=account_id, **fields)
    return Claim(1, 1, upstream_id, make_watch(), access, until=utc_now() + LEASE)
