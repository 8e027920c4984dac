"""The HTTP clients that can ask LemonData: a test that asks for one runs over each."""

import pytest

from app.upstream.httpx_client import HttpxTransport
from app.upstream.pyreqwest_client import PyreqwestTransport
from tests.listening import Client


@pytest.fixture(params=[PyreqwestTransport, HttpxTransport], ids=["pyreqwest", "httpx"])
def client(request: pytest.FixtureRequest) -> Client:
    """The class of a transport."""
    made: Client = request.param
    return made
